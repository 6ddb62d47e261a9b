using SpectralExperiments.Tests;

namespace NativeLibraries.Tests;

public sealed class OutputFileTests
{
    private static readonly byte[] Content = [1, 2, 3];

    [Fact]
    public void AFileOfThisContentIsNotWrittenAgain()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("a.so");
        OutputFile.Write(file, Content);
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        OutputFile.Write(file, Content);
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(file));
        OutputFile.Write(file, [4]);
        Assert.Equal([4], File.ReadAllBytes(file));
        Assert.Equal([file], Directory.GetFiles(folder.Root));
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(UnauthorizedAccessException))]
    public void WithoutLinksTheFileIsCopied(Type error)
    {
        using var folder = new TemporaryFolder();
        var (package, file) = (folder.File("package.so"), folder.File("a.so"));
        File.WriteAllBytes(package, Content);
        OutputFile.Link(file, package, (_, _) => throw (Exception)Activator.CreateInstance(error)!);
        Assert.Null(new FileInfo(file).LinkTarget);
        Assert.Equal(Content, File.ReadAllBytes(file));
        Assert.Equal(2, Directory.GetFiles(folder.Root).Length);
    }

    /// <summary>The package cache is never written through a link.</summary>
    [Fact]
    public void ALinkIsReplacedAndItsTargetKept()
    {
        using var folder = new TemporaryFolder();
        var (package, file) = (folder.File("package.so"), folder.File("a.so"));
        File.WriteAllBytes(package, Content);
        OutputFile.Link(file, package);
        OutputFile.Link(file, package);
        Assert.Equal(package, new FileInfo(file).LinkTarget);

        OutputFile.Write(file, [4]);
        Assert.Null(new FileInfo(file).LinkTarget);
        Assert.Equal(Content, File.ReadAllBytes(package));

        OutputFile.Link(file, package);
        Assert.Equal(package, new FileInfo(file).LinkTarget);
        Assert.Equal(2, Directory.GetFiles(folder.Root).Length);
    }
}
