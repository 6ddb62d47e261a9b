namespace NativeLibraries;

/// <summary>Files that programs may have open, and that several builds of one checkout may write at once.</summary>
internal static class OutputFile
{
    /// <summary>Replaces a file, or a link, as a whole; a file that already has this content is left as it is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">What it shall contain.</param>
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
    /// <param name="target">The file that it shall lead to.</param>
    public static void Link(string path, string target)
    {
        if (new FileInfo(path).LinkTarget == target)
        {
            return;
        }

        var temporary = TemporaryName(path);
        try
        {
            File.CreateSymbolicLink(temporary, target);
            File.Move(temporary, path, overwrite: true);
        }
        catch (IOException)
        {
            Write(path, File.ReadAllBytes(target));
        }
    }

    private static string TemporaryName(string path) => $"{path}.{Environment.ProcessId}.tmp";
}
