using System.Globalization;

namespace Reproduction.Storage;

/// <summary>Keeps a second run out of a results folder. The system frees it when the process ends, however it ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream stream;

    private FolderLock(FileStream stream) => this.stream = stream;

    /// <exception cref="UserErrorException">Another run holds the folder.</exception>
    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, "lock");
        try
        {
            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            stream.SetLength(0);
            using (var writer = new StreamWriter(stream, leaveOpen: true))
            {
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}"));
            }

            stream.Flush();
            return new FolderLock(stream);
        }
        catch (IOException exception)
        {
            throw new UserErrorException(
                $"{folder} is in use by another run ({Holder(path)}). Wait for it, stop it, or use --results with another folder.", exception);
        }
    }

    public void Dispose() => stream.Dispose();

    private static string Holder(string path)
    {
        try
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd();
        }
        catch (IOException)
        {
            return "process unknown";
        }
    }
}
