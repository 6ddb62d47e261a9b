using System.Text.Json;
using ModelZoo.Tokenizers;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>The tokenizer's rules on a small vocabulary of the same layout (tests/fixtures/tokenizers/README.md).</summary>
public sealed class DebertaTokenizerTests
{
    private const int Unknown = 3;
    private const int FirstByte = 4;
    private const int LastByte = 259;
    private const int Space = 263;
    private const int Mask = 1000;

    private static readonly DebertaTokenizer Tokenizer =
        DebertaTokenizer.Load(RepositoryPaths.Fixture("tokenizers", "small-deberta.model"));

    [Fact]
    public void Text_inside_the_vocabulary_is_segmented_as_sentencepiece_does()
    {
        using var fixture = JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("tokenizers", "small-deberta.json")));
        var compared = 0;
        foreach (var row in fixture.RootElement.EnumerateArray())
        {
            var text = row.GetProperty("text").GetString()!;
            int[] ids = [.. row.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
            // The two tokenizers agree where sentencepiece does not fall back to bytes and normalisation leaves no space at an end.
            if (!ids.Any(id => id is >= FirstByte and <= LastByte) && !text.EndsWith('\u0007') && text != "\u2581")
            {
                Assert.Equal(ids, Tokenizer.Encode(text));
                Assert.Equal(row.GetProperty("decoded").GetString(), Tokenizer.Decode(ids));
                compared++;
            }
        }

        Assert.True(compared > 15, $"only {compared} cases");
    }

    [Theory]
    [InlineData("\u4e2d\u6587", "[UNK]")]
    [InlineData("\u4e2d \u6587", "[UNK] [UNK]")]
    [InlineData("the \U0001f986\U0001f600 price", "the [UNK] price")]
    [InlineData("nul\0byte", "nul[UNK]byte")]
    [InlineData("lone \ud800 half", "lone [UNK] half")]
    public void Neighbouring_unknown_characters_are_one_unknown_token(string text, string decoded) =>
        Assert.Equal(decoded, Tokenizer.Decode(Tokenizer.Encode(text)));

    [Fact]
    public void Characters_outside_the_basic_plane_are_never_split()
    {
        var tokenizer = UnigramModelFile.Load(UnigramModelFile.Of(("\u2581", -1), ("\U0001f600", -2), ("\U0001f600a", -1)));
        Assert.Equal([4, 5, Unknown, 5], tokenizer.Encode("\U0001f600\U0001f601\U0001f600"));
        Assert.Equal([4, 6, Unknown], tokenizer.Encode("\U0001f600a\ud83d"));
    }

    [Fact]
    public void A_very_long_text_has_the_ids_of_its_words()
    {
        const int Words = 100_000;
        var ids = Tokenizer.Encode("price");
        var text = string.Join(' ', Enumerable.Repeat("price", Words));
        Assert.Equal(Enumerable.Repeat(ids, Words).SelectMany(word => word), Tokenizer.Encode(text));
        Assert.Equal([Space, Unknown], Tokenizer.Encode(new string('\u4e2d', Words)));
    }

    [Fact]
    public void Text_that_names_a_byte_is_the_byte_piece() =>
        Assert.Equal([Space, FirstByte + 0x41, FirstByte + 0x0A], Tokenizer.Encode("<0x41><0x0A>"));

    [Theory]
    [InlineData("a\u0308", "a")]
    [InlineData("a\u0308a\u0308", "aa")]
    [InlineData("a\u0308\u0308\u0308", "a[UNK]")]
    public void The_shortest_key_replaces_a_whole_cluster_of_less_than_six_bytes(string text, string decoded) =>
        Assert.Equal(decoded, Tokenizer.Decode(Tokenizer.Encode(text)));

    [Theory]
    [InlineData("\u2581", new[] { Space })]
    [InlineData(" \u2581 \u2581 ", new[] { Space })]
    [InlineData(" \t\n", new int[0])]
    [InlineData("\u0007", new int[0])]
    public void White_space_is_stripped_before_the_character_map(string text, int[] ids) =>
        Assert.Equal(ids, Tokenizer.Encode(text));

    [Fact]
    public void Special_tokens_in_the_text_are_recognised()
    {
        var price = Tokenizer.Encode("price");
        Assert.Equal([1, .. price, 2, Mask, 0, Unknown, .. price], Tokenizer.Encode("[CLS] price [SEP][MASK] [PAD][UNK]price"));
        Assert.Equal("[CLS] price[SEP][MASK]", Tokenizer.Decode([1, .. price, 2, Mask]));
        Assert.DoesNotContain(1, Tokenizer.Encode("[CLS [cls] [[CLS"));
    }

    [Fact]
    public void Special_tokens_that_only_the_character_map_spells_are_ordinary_pieces_of_their_word() =>
        Assert.Equal([Space, 1], Tokenizer.Encode("\uff3bCLS\uff3d"));

    [Fact]
    public void Inputs_are_framed_and_cut()
    {
        var (a, b) = (Tokenizer.Encode("the price of labour"), Tokenizer.Encode("the land"));
        Assert.Equal([1, .. a, 2], Tokenizer.EncodeSingle("the price of labour"));
        Assert.Equal([1, .. a[..2], 2], Tokenizer.EncodeSingle("the price of labour", 4));
        Assert.Equal([1, 2], Tokenizer.EncodeSingle("", 2));
        Assert.Equal([1, .. a, 2, .. b, 2], Tokenizer.EncodePair("the price of labour", "the land"));
        Assert.Equal([1, .. a[..3], 2, .. b, 2], Tokenizer.EncodePair("the price of labour", "the land", 8));
        Assert.Equal([1, 2, 2], Tokenizer.EncodePair("the price", "the land", 3));
    }

    [Fact]
    public void Texts_beyond_the_limit_count_as_equally_long()
    {
        var the = Assert.Single(Tokenizer.Encode("the"));
        var (longer, shorter) = (string.Join(' ', Enumerable.Repeat("the", 40)), string.Join(' ', Enumerable.Repeat("the", 20)));
        Assert.Equal([1, the, the, 2, the, the, the, 2], Tokenizer.EncodePair(longer, shorter, 8));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_limit_without_room_for_the_special_tokens_is_refused(int maxLength)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.EncodeSingle("the", maxLength));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.EncodePair("the", "price", maxLength + 1));
    }

    [Fact]
    public void Ids_outside_the_vocabulary_are_refused()
    {
        Assert.Equal(Mask + 1, Tokenizer.VocabularySize);
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.Decode([Mask + 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.Decode([-1]));
    }

    [Fact]
    public void Any_text_gives_ids_of_the_vocabulary_and_never_exceeds_the_limit()
    {
        string[] parts =
        [
            "the", " ", "  ", "\t", "\r\n", "e\u0301", "\u0323", "\u0308", "\uff76\uff9e", "\ufb01", "\0", "\u0007", "\u200d", "\u4e2d",
            "\U0001f468\u200d\U0001f469", "\ud800", "\udc00", "[", "]", "[CLS]", "[MASK]", "<0x0A>", "\u2581", "\ufffd", "\u0915\u094d",
        ];
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var (a, b) = (Draw(), Draw());
            Assert.All(Tokenizer.Encode(a), id => Assert.InRange(id, 0, Tokenizer.VocabularySize - 1));
            var maxLength = random.Next(3, 20);
            var whole = Tokenizer.EncodePair(a, b);
            Assert.Equal(Math.Min(whole.Length, maxLength), Tokenizer.EncodePair(a, b, maxLength).Length);
        }

        string Draw() => string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)]));
    }
}
