using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SpectralExperiments.Linked;

/// <summary>
/// Writes whole files: a reader, or a later run after this one was killed, finds the old content or the new one, never a part.
/// </summary>
/// <remarks>
/// This source file is linked into every project that writes files, because SpectralAdapters and Reproduction may not know each
/// other.
/// </remarks>
internal static class AtomicFile
{
    /// <summary>The extension of unfinished files, which only a killed process leaves behind.</summary>
    public const string UnfinishedExtension = ".unfinished";

    private const int BufferLength = 1 << 16;

    // Longer than any file takes to be written.
    private static readonly TimeSpan LongestWriting = TimeSpan.FromDays(1);

    /// <summary>Replaces the file's content with a text in UTF-8 without a byte-order mark.</summary>
    /// <inheritdoc cref="Write(string, Action{Stream})"/>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Replaces the file's content.</summary>
    /// <inheritdoc cref="Write(string, Action{Stream})"/>
    public static void Write(string path, byte[] content) => Write(path, stream => stream.Write(content));

    /// <summary>
    /// Writes a file of another name beside the target, which then takes the target's place. On any error the target stays as it
    /// was and nothing is left beside it.
    /// </summary>
    /// <param name="path">The target; its folder is created if it does not exist.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The user has no permission to write the folder or the target.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var unfinished = WriteBeside(path, write);
        try
        {
            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            Delete(unfinished);
            throw;
        }
    }

    /// <summary>Writes the content into a file of another name beside the target, and returns its path.</summary>
    /// <inheritdoc cref="Write(string, Action{Stream})"/>
    public static string WriteBeside(string path, Action<Stream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var unfinished = NameBeside(path);
        try
        {
            using var stream = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferLength);
            write(stream);
            stream.Flush(flushToDisk: true);
        }
        catch
        {
            Delete(unfinished);
            throw;
        }

        return unfinished;
    }

    /// <summary>A path beside the target that no file has yet.</summary>
    public static string NameBeside(string path)
    {
        var fullPath = Path.GetFullPath(path);

        // Process ids repeat among machines that share a folder; the last part makes the name unique.
        return Path.Combine(
            Path.GetDirectoryName(fullPath)!,
            string.Create(
                CultureInfo.InvariantCulture,
                $".{Path.GetFileName(fullPath)}.{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}")
            + UnfinishedExtension);
    }

    /// <summary>
    /// Whether nobody writes an unfinished file any more: its process has ended, or, on another machine, a day has passed.
    /// </summary>
    public static bool IsAbandoned(string unfinished)
    {
        var parts = Path.GetFileNameWithoutExtension(unfinished).Split('-');
        return parts.Length > 2 && string.Join('-', parts[..^2]).EndsWith("." + Environment.MachineName, StringComparison.Ordinal)
            && int.TryParse(parts[^2], NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                ? !IsRunning(process)
                : DateTime.UtcNow - File.GetLastWriteTimeUtc(unfinished) > LongestWriting;
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Deletes an unfinished file. The error that made the write fail is reported, not that of cleaning up after it.</summary>
    public static void Delete(string unfinished)
    {
        try
        {
            File.Delete(unfinished);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
