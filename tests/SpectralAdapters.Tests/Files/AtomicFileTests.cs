using System.Text;
using SpectralExperiments.Linked;
using SpectralExperiments.Tests;

namespace SpectralAdapters.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_write_that_fails_midway_leaves_the_old_file()
    {
        var path = _folder.File("kept.bin");
        File.WriteAllText(path, "old");

        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(Encoding.UTF8.GetBytes("half of the new"));
            throw new IOException("No space left on device");
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void A_write_creates_the_folder_and_replaces_the_old_file()
    {
        var path = Path.Combine(_folder.Root, "new", "folder", "text.json");

        AtomicFile.Write(path, "first");
        AtomicFile.Write(path, "second");

        Assert.Equal("second", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Text_and_bytes_are_written_as_they_are()
    {
        AtomicFile.Write(_folder.File("text.txt"), "\u00e9\n");
        AtomicFile.Write(_folder.File("bytes.bin"), [0, 255]);

        Assert.Equal([0xc3, 0xa9, (byte)'\n'], File.ReadAllBytes(_folder.File("text.txt")));
        Assert.Equal([0, 255], File.ReadAllBytes(_folder.File("bytes.bin")));
    }

    [Fact]
    public void Until_the_write_ends_the_old_file_stays_beside_one_unfinished_file()
    {
        var path = _folder.File("kept.bin");
        File.WriteAllText(path, "old");

        AtomicFile.Write(path, stream =>
        {
            Assert.Equal("old", File.ReadAllText(path));
            Assert.Single(Directory.GetFiles(_folder.Root, "*" + AtomicFile.UnfinishedExtension));
        });

        Assert.Equal("", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void Of_writes_at_the_same_time_one_wins_whole()
    {
        var path = _folder.File("raced.txt");
        var texts = Enumerable.Range(0, 16).Select(i => new string((char)('a' + i), 1 << 17)).ToList();

        Parallel.ForEach(texts, text => AtomicFile.Write(path, text));

        Assert.Contains(File.ReadAllText(path), texts);
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Root));
    }

    [LinuxFact]
    public void The_error_of_the_write_is_reported_where_the_folder_is_gone()
    {
        var path = Path.Combine(_folder.Root, "gone", "file.txt");

        Assert.Throws<TimeoutException>(() => AtomicFile.Write(path, _ =>
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
            throw new TimeoutException();
        }));
    }
}
