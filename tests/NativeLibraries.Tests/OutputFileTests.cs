using SpectralExperiments.Tests;

namespace NativeLibraries.Tests;

public sealed class OutputFileTests
{
    private static readonly byte[] Content = [1, 2, 3];

    [Fact]
    public void A_file_of_this_content_is_not_written_again()
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
    public void Without_links_the_file_is_copied(Type error)
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
    public void A_link_is_replaced_and_its_target_kept()
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
