namespace NativeLibraries;

/// <summary>Files that programs may have open, and that several builds of one checkout may write at once.</summary>
internal static class OutputFile
{
    /// <summary>Replaces a file, or a link, as a whole; a file that already has this content is left as it is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">The content to write.</param>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        if (File.Exists(path) && new FileInfo(path).LinkTarget is null && content.SequenceEqual(File.ReadAllBytes(path)))
        {
            return;
        }

        var temporary = TemporaryName(path);
        try
        {
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Replaces a file by a link to another one, or by a copy of it where the file system has no links.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">The file to link to.</param>
    /// <param name="createLink">Creates a link from its first argument to its second; null for the file system's own.</param>
    public static void Link(string path, string target, Action<string, string>? createLink = null)
    {
        if (new FileInfo(path).LinkTarget == target)
        {
            return;
        }

        var temporary = TemporaryName(path);
        try
        {
            createLink ??= (link, to) => File.CreateSymbolicLink(link, to);
            createLink(temporary, target);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Write(path, File.ReadAllBytes(target));
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static string TemporaryName(string path) => $"{path}.{Environment.ProcessId}.tmp";
}
