using System.Text;

namespace Reproduction.Storage;

/// <summary>Writes whole files: a reader, or a later run after a kill, sees the old content or the new one, never a part.</summary>
public static class AtomicFile
{
    /// <summary>The extension of unfinished files.</summary>
    internal const string UnfinishedExtension = ".unfinished";

    /// <summary>Replaces the file's content with UTF-8 text without a byte order mark.</summary>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not the user's to write.</exception>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Replaces the file's content.</summary>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not the user's to write.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var unfinished = $"{path}.{Environment.ProcessId}{UnfinishedExtension}";
        try
        {
            using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
