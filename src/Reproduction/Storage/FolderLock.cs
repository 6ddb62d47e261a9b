using System.Globalization;

namespace Reproduction.Storage;

/// <summary>Keeps a second run out of a results folder. The system frees it when the process ends, however it ends.</summary>
internal static class FolderLock
{
    /// <exception cref="UserErrorException">Another run holds the folder.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static IDisposable Take(string folder)
    {
        var path = Path.Combine(folder, "lock");

        // The locked file itself cannot be read by others, so the holder's name stands beside it.
        var holder = Path.Combine(folder, "lock.txt");
        var held = Open(path, holder, folder);
        try
        {
            AtomicFile.Write(holder, string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}"));
            return held;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            held.Dispose();
            throw;
        }
    }

    private static FileStream Open(string path, string holder, string folder)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            var who = File.Exists(holder) ? File.ReadAllText(holder) : "process unknown";
            throw new UserErrorException(
                $"{folder} is in use by another run ({who}). Wait for it, stop it, or use --results with another folder.", exception);
        }
    }
}
