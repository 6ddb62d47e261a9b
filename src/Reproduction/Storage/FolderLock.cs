using System.Globalization;

namespace Reproduction.Storage;

/// <summary>Keeps a second run out of a results folder. The system frees it when the process ends, however it ends.</summary>
internal static class FolderLock
{
    /// <exception cref="UserErrorException">Another run holds the folder.</exception>
    public static IDisposable Take(string folder)
    {
        // The locked file itself cannot be read by others, so the holder's name stands beside it.
        var holder = Path.Combine(folder, "lock.txt");
        try
        {
            var held = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(holder, string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}"));
            return held;
        }
        catch (IOException exception)
        {
            var who = File.Exists(holder) ? File.ReadAllText(holder) : "process unknown";
            throw new UserErrorException(
                $"{folder} is in use by another run ({who}). Wait for it, stop it, or use --results with another folder.", exception);
        }
    }
}
