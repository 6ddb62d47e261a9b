using System.Text.Json;
using Microsoft.ML.Tokenizers;
using ModelZoo.Tokenizers;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>
/// What Microsoft.ML.Tokenizers makes of Unigram models, beside the right ids: why DebertaTokenizer has a Unigram model of
/// its own. A test that fails after an update of the package says that the package has been corrected there.
/// </summary>
public sealed class PackageTokenizerTests
{
    private const int FirstPiece = 4;
    private const int FirstByte = 4;
    private const int ByteCount = 256;
    private const int Unknown = 3;

    [Fact]
    public void The_package_lets_rounding_decide_between_equal_sums()
    {
        byte[] model = UnigramModelFile.Of(("\u2581", -13.815f), ("a", -8.119f), ("aa", -9.34f));

        Assert.Equal([FirstPiece, FirstPiece + 2, FirstPiece + 1], Package(model, "aaa"));
        Assert.Equal([FirstPiece, FirstPiece + 1, FirstPiece + 2], Ours(model, "aaa"));
    }

    [Fact]
    public void The_package_overlooks_a_higher_sum_even_where_it_finds_a_single_piece()
    {
        const float One = -0.1f;
        const float Two = -0.2f;
        Assert.True((double)One + Two > (float)(One + Two));
        byte[] model = UnigramModelFile.Of(("\u2581a", One), ("b", Two), ("\u2581ab", (float)(One + Two)));

        Assert.Equal([FirstPiece + 2], Package(model, "ab"));
        Assert.Equal([FirstPiece, FirstPiece + 1], Ours(model, "ab"));
    }

    [Fact]
    public void The_package_counts_bytes_from_the_last_byte_piece()
    {
        var (model, right) = Reference("\u4e2d \u6587 \U0001f600 \U0001f986");

        Assert.Contains(right, IsByte);
        Assert.Equal(right.Select(id => IsByte(id) ? id + ByteCount - 1 : id), Package(model, "\u4e2d \u6587 \U0001f600 \U0001f986"));
    }

    [Fact]
    public void The_package_keeps_what_the_character_map_deletes()
    {
        const string Text = "bell\u0007bell \u0007 \u0007";
        var (model, right) = Reference(Text);

        Assert.NotEqual(right, Package(model, Text));
        Assert.Equal(right, Package(model, "bellbell"));
        Assert.Equal(Ours(model, "bellbell"), Ours(model, "bell\u0007bell"));
    }

    [Fact]
    public void The_package_leaves_neighbouring_unknown_characters_apart()
    {
        byte[] model = UnigramModelFile.Of(("\u2581", -1), ("a", -1));

        Assert.Equal([FirstPiece, Unknown, Unknown, FirstPiece + 1], Package(model, "\u4e2d\u6587a"));
        Assert.Equal([FirstPiece, Unknown, FirstPiece + 1], Ours(model, "\u4e2d\u6587a"));
    }

    private static bool IsByte(int id) => id is >= FirstByte and < FirstByte + ByteCount;

    private static IReadOnlyList<int> Package(byte[] model, string text)
    {
        var tokenizer = SentencePieceTokenizer.Create(new MemoryStream(model), addBeginningOfSentence: false);
        return tokenizer.EncodeToIds(text, addBeginningOfSentence: false, addEndOfSentence: false);
    }

    private static int[] Ours(byte[] model, string text) => UnigramModelFile.Load(model).Encode(text);

    /// <summary>The small model and the ids that sentencepiece gives for a text of its fixture.</summary>
    private static (byte[] Model, int[] Ids) Reference(string text)
    {
        using var fixture = JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("tokenizers", "small-deberta.json")));
        var row = fixture.RootElement.EnumerateArray().Single(row => row.GetProperty("text").GetString() == text);
        return (File.ReadAllBytes(RepositoryPaths.Fixture("tokenizers", "small-deberta.model")),
            [.. row.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())]);
    }
}
