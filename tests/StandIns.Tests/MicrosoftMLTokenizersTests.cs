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
        Assert.All(Cases("small-models.json", model), row => Assert.Equal(Ids(row, "ids"), Encode(tokenizer, Text(row, "text"))));
    }

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
            Assert.Equal(Ids(row, differs ? "spm_ids" : "ids"), Encode(tokenizer, Text(row, "text")));
        });
    }

    [Fact]
    public void NeighbouringUnknownCharactersStayApart() =>
        Assert.Equal([0, 0, 5], Encode(Load("small-options.model"), "\u4e2d\u6587"));

    [Fact]
    public void WithoutNormalizationTheTextIsTakenAsItIs()
    {
        var tokenizer = Load("small-deberta.model");
        Assert.Equal(Encode(tokenizer, "the price"), Encode(tokenizer, "\u2581the\u2581price", normalize: false));
        Assert.NotEqual(Encode(tokenizer, "the price"), Encode(tokenizer, "the price", normalize: false));
        Assert.Empty(Encode(tokenizer, "", normalize: false));
    }

    [Fact]
    public void SentenceMarksAndSpecialTokensAreAddedWhereAskedFor()
    {
        using var stream = File.OpenRead(RepositoryPaths.Fixture("tokenizers", "small-deberta.model"));
        var special = new Dictionary<string, int> { ["[MASK]"] = 1000 };
        var tokenizer = SentencePieceTokenizer.Create(stream, specialTokens: special);
        var price = Encode(Load("small-deberta.model"), "price");

        Assert.Equal([1, .. price, 1000, .. price, 2], tokenizer.EncodeToIds("price [MASK]price", addBeginningOfSentence: true, addEndOfSentence: true));
        Assert.Equal([.. price, 1000], Encode(tokenizer, "price[MASK]"));
        Assert.Empty(tokenizer.EncodeToIds("", addBeginningOfSentence: true, addEndOfSentence: true));
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

    private static IReadOnlyList<int> Encode(SentencePieceTokenizer tokenizer, string text, bool normalize = true) =>
        tokenizer.EncodeToIds(text, addBeginningOfSentence: false, addEndOfSentence: false, considerNormalization: normalize);

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
