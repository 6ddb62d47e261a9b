using System.IO.Compression;
using Pretrain.Deberta;
using SpectralExperiments.Tests;
using Training.Randomness;

namespace Pretrain.Tests;

public sealed class TextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_gives_the_lines_of_all_its_texts()
    {
        File.WriteAllText(_folder.File("b.txt"), "three\n");
        using (var gzip = new StreamWriter(new GZipStream(File.Create(_folder.File("a.txt.gz")), CompressionLevel.Fastest)))
        {
            gzip.Write("one\n\n  \ntwo\n");
        }

        File.WriteAllText(_folder.File("c.md"), "no text\n");
        var corpus = TextCorpus.Load(_folder.Root);
        Assert.Equal(["a.txt.gz", "b.txt"], corpus.Files);
        Assert.Equal(["one", "three", "two"], corpus.Lines(new Pcg32(0, 0)).Order());
    }

    [Fact]
    public void A_missing_or_empty_text_is_named()
    {
        Assert.Contains("nowhere", Assert.Throws<FileNotFoundException>(
            () => TextCorpus.Load(_folder.File("nowhere"))).Message, StringComparison.Ordinal);
        File.WriteAllText(_folder.File("empty.txt"), "\n");
        Assert.Contains(
            "empty.txt", Assert.Throws<InvalidDataException>(() => TextCorpus.Load(_folder.Root)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_truncated_or_not_utf8_is_named()
    {
        using (var gzip = new StreamWriter(new GZipStream(File.Create(_folder.File("cut.txt.gz")), CompressionLevel.Fastest)))
        {
            for (var i = 0; i < 20_000; i++)
            {
                gzip.Write($"line {i * 7919 % 10_007}\n");
            }
        }

        var whole = File.ReadAllBytes(_folder.File("cut.txt.gz"));
        File.WriteAllBytes(_folder.File("cut.txt.gz"), whole[..(whole.Length / 2)]);
        Assert.Contains("cut.txt.gz: found a damaged file", Assert.Throws<InvalidDataException>(
            () => TextCorpus.Load(_folder.File("cut.txt.gz"))).Message, StringComparison.Ordinal);

        File.WriteAllBytes(_folder.File("latin.txt"), [(byte)'a', 0xE9, (byte)'b', (byte)'\n']);
        Assert.Contains("latin.txt: found a damaged file", Assert.Throws<InvalidDataException>(
            () => TextCorpus.Load(_folder.File("latin.txt"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_spm_train_is_named_with_its_package()
    {
        var path = Environment.GetEnvironmentVariable("PATH");
        try
        {
            Environment.SetEnvironmentVariable("PATH", _folder.Root);
            var error = Assert.Throws<FileNotFoundException>(
                () => VocabularyTraining.Ensure(_folder.File("spm.model"), ["text"], 100, CancellationToken.None));
            Assert.Contains("apt-get install sentencepiece", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }

        Assert.False(File.Exists(_folder.File("spm.model")));
    }
}
