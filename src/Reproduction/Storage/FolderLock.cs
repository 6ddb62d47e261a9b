using System.Globalization;

namespace Reproduction.Storage;

/// <summary>Keeps others out of a folder. The system frees a lock when its process ends, however it ends.</summary>
internal static class FolderLock
{
    private const int LinuxWouldBlock = 11;
    private const int BsdWouldBlock = 35;

    /// <summary>Keeps a second run out of a results folder.</summary>
    /// <exception cref="UserErrorException">Another run holds the folder.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static IDisposable Take(string folder)
    {
        // The locked file itself cannot be read by others, so the holder's name stands beside it.
        var holder = Path.Combine(folder, "lock.txt");
        if (TryTake(Path.Combine(folder, "lock")) is not { } held)
        {
            var who = File.Exists(holder) ? File.ReadAllText(holder) : "process unknown";
            throw new UserErrorException(
                $"{folder} is in use by another run ({who}). Wait for it, stop it, or use --results with another folder.");
        }

        try
        {
            AtomicFile.Write(
                holder, string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}"));
            return held;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Locks a file, which is created if need be; null while another process or thread holds it.</summary>
    /// <exception cref="IOException">The file cannot be opened or created.</exception>
    public static IDisposable? TryTake(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            return null;
        }
    }

    // EWOULDBLOCK of flock, a sharing or a lock violation: a full or read-only disk is something else.
    private static bool IsHeld(IOException exception) => OperatingSystem.IsWindows()
        ? exception.HResult is unchecked((int)0x80070020) or unchecked((int)0x80070021)
        : exception.HResult == (OperatingSystem.IsLinux() ? LinuxWouldBlock : BsdWouldBlock);
}
