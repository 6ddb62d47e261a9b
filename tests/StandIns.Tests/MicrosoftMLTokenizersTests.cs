using System.Text.Json;
using Microsoft.ML.Tokenizers;

namespace SpectralExperiments.Tests;

/// <summary>SentencePiece Unigram models against sentencepiece itself.</summary>
public sealed class MicrosoftMLTokenizersTests
{
    private static readonly string[] Special = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"];

    [Theory]
    [InlineData("small-deberta.model")]
    [InlineData("small-options.model")]
    public void IdsEqualSentencePiece(string model)
    {
        var tokenizer = Load(model);
        Assert.All(Cases("small-models.json", model), row =>
        {
            var ids = Ids(row, "ids");
            Assert.Equal(ids, tokenizer.EncodeToIds(Text(row, "text")));
            Assert.Equal(ids, tokenizer.EncodeToTokens(Text(row, "text"), out _).Select(token => token.Id));
            Assert.Equal(ids.Length, tokenizer.CountTokens(Text(row, "text")));
        });
    }

    [Fact]
    public void DecodedTextEqualsSentencePiece()
    {
        var tokenizer = Load("small-deberta.model");
        Assert.All(Cases("small-models.json", "small-deberta.model"), row =>
            Assert.Equal(Text(row, "decoded"), tokenizer.Decode(Ids(row, "ids"))));
    }

    [Fact]
    public void DecodingDropsTheSuffixOfAModelThatHasOne() =>
        Assert.Equal("the trade", Load("small-options.model").Decode(Load("small-options.model").EncodeToIds("the trade")));

    [RealDataFact("tokenizers", "deberta-v3", "spm.model")]
    public void TheRealDebertaVocabularyEqualsSentencePiece()
    {
        using var stream = File.OpenRead(RepositoryPaths.RealData("tokenizers", "deberta-v3", "spm.model")!);
        var tokenizer = SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false);
        var rows = Cases("deberta-v3.json", "cases").Where(row => !Special.Any(Text(row, "text").Contains)).ToArray();
        Assert.True(rows.Length > 70);
        Assert.All(rows, row =>
        {
            var differs = row.TryGetProperty("spm_ids", out _);
            var ids = Ids(row, differs ? "spm_ids" : "ids");
            Assert.Equal(ids, tokenizer.EncodeToIds(Text(row, "text")));
            Assert.Equal(Text(row, differs ? "spm_decoded" : "decoded"), tokenizer.Decode(ids));
        });
    }

    [Fact]
    public void NeighbouringUnknownCharactersStayApart()
    {
        var tokens = Load("small-options.model").EncodeToTokens("\u4e2d\u6587", out _);
        Assert.Equal([(0, "\u4e2d"), (0, "\u6587"), (5, "\u2581")], tokens.Select(token => (token.Id, token.Value)));
    }

    [Fact]
    public void TokensSpellTheNormalizedText()
    {
        var tokens = Load("small-deberta.model").EncodeToTokens("  the \u4e2d  price\u2026", out var normalized);
        Assert.Equal("\u2581the\u2581\u4e2d\u2581price...", normalized);
        Assert.Equal(normalized, string.Concat(tokens.Select(token => normalized![token.Offset])));
        var bytes = tokens.Where(token => token.Value.StartsWith("<0x", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["<0xE4>", "<0xB8>", "<0xAD>"], bytes.Select(token => token.Value));
        Assert.Equal([5..6, 6..6, 6..6], bytes.Select(token => token.Offset));
    }

    [Fact]
    public void WithoutNormalizationTheTextIsTakenAsItIs()
    {
        var tokenizer = Load("small-deberta.model");
        Assert.Equal(tokenizer.EncodeToIds("the price"), tokenizer.EncodeToIds("\u2581the\u2581price", considerNormalization: false));
        Assert.NotEqual(tokenizer.EncodeToIds("the price"), tokenizer.EncodeToIds("the price", considerNormalization: false));
        Assert.Empty(tokenizer.EncodeToIds("", considerNormalization: false));
    }

    [Fact]
    public void SentenceMarksAndSpecialTokensAreAddedWhereAskedFor()
    {
        using var stream = File.OpenRead(RepositoryPaths.Fixture("tokenizers", "small-deberta.model"));
        var special = new Dictionary<string, int> { ["[MASK]"] = 1000 };
        var tokenizer = SentencePieceTokenizer.Create(stream, addEndOfSentence: true, specialTokens: special);
        var price = Load("small-deberta.model").EncodeToIds("price");

        Assert.Equal([1, .. price, 1000, .. price, 2], tokenizer.EncodeToIds("price [MASK]price"));
        Assert.Equal([.. price, 1000], tokenizer.EncodeToIds("price[MASK]", addBeginningOfSentence: false, addEndOfSentence: false));
        Assert.Empty(tokenizer.EncodeToIds(""));
        Assert.Equal("price", tokenizer.Decode([1, .. price, 1000, 2]));
        Assert.Equal("[CLS]price[MASK][SEP]", tokenizer.Decode([1, .. price, 1000, 2], considerSpecialTokens: true));
    }

    [Fact]
    public void AModelCutAnywhereIsRefused()
    {
        var whole = File.ReadAllBytes(RepositoryPaths.Fixture("tokenizers", "small-deberta.model"));
        for (var length = 0; length < whole.Length - 1; length += 61)
        {
            Assert.Throws<IOException>(() => SentencePieceTokenizer.Create(new MemoryStream(whole[..length])));
        }
    }

    [Fact]
    public void AnUnsupportedModelTypeIsNamed()
    {
        // trainer_spec { model_type: BPE } normalizer_spec { }
        var error = Assert.Throws<NotSupportedException>(() => SentencePieceTokenizer.Create(new MemoryStream([0x12, 2, 0x18, 2, 0x1A, 0])));
        Assert.Contains("Bpe", error.Message);
    }

    private static SentencePieceTokenizer Load(string model)
    {
        using var stream = File.OpenRead(RepositoryPaths.Fixture("tokenizers", model));
        return SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false);
    }

    private static JsonElement[] Cases(string file, string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("tokenizers", file)));
        return [.. document.RootElement.GetProperty(name).Clone().EnumerateArray()];
    }

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;

    private static int[] Ids(JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
