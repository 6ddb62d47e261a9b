namespace Training.Tests;

/// <summary>A folder that is deleted with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("spectral-tests-").FullName;

    public string Root => folder;

    /// <summary>The path of a file that need not exist.</summary>
    public string Path(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([folder, .. parts]);

    /// <summary>Writes a file, with its folders.</summary>
    public string Write(string relativePath, string text)
    {
        var path = Path(relativePath);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
