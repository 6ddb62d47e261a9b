using System.Text;

namespace Reproduction.Storage;

/// <summary>Writes whole files: a reader, or a later run after a kill, sees the old content or the new one, never a part.</summary>
internal static class AtomicFile
{
    /// <summary>The extension of unfinished files.</summary>
    public const string UnfinishedExtension = ".unfinished";

    /// <summary>Replaces the file's content with UTF-8 text without a byte order mark.</summary>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(string path, string text)
    {
        var unfinished = $"{path}.{Environment.ProcessId}{UnfinishedExtension}";
        try
        {
            using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                stream.Write(Encoding.UTF8.GetBytes(text));
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
