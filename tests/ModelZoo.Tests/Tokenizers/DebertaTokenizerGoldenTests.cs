using System.Text.Json;
using ModelZoo.Tokenizers;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>The published vocabulary against what transformers' fast tokenizer gives.</summary>
public sealed class DebertaTokenizerGoldenTests
{
    private static readonly Lazy<DebertaTokenizer> Tokenizer = new(() =>
        DebertaTokenizer.Load(RepositoryPaths.RealData("tokenizers", "deberta-v3", "spm.model")!));

    [RealDataFact("tokenizers", "deberta-v3", "spm.model")]
    public void Every_case_has_the_ids_and_the_decoded_text()
    {
        var tokenizer = Tokenizer.Value;
        using var fixture = Fixture();
        Assert.All(fixture.RootElement.GetProperty("cases").EnumerateArray(), row =>
        {
            var ids = Ids(row, "ids");
            Assert.Equal(ids, tokenizer.Encode(row.GetProperty("text").GetString()!));
            Assert.Equal(row.GetProperty("decoded").GetString(), tokenizer.Decode(ids));
        });
    }

    [RealDataFact("tokenizers", "deberta-v3", "spm.model")]
    public void Special_ids_and_sizes_are_the_published_ones()
    {
        var tokenizer = Tokenizer.Value;
        using var fixture = Fixture();
        var special = fixture.RootElement.GetProperty("special_ids");
        Assert.Equal(special.GetProperty("[PAD]").GetInt32(), tokenizer.PadTokenId);
        Assert.Equal(special.GetProperty("[CLS]").GetInt32(), tokenizer.ClassificationTokenId);
        Assert.Equal(special.GetProperty("[SEP]").GetInt32(), tokenizer.SeparatorTokenId);
        Assert.Equal(special.GetProperty("[UNK]").GetInt32(), tokenizer.UnknownTokenId);
        Assert.Equal(special.GetProperty("[MASK]").GetInt32(), tokenizer.MaskTokenId);
        Assert.Equal(128_001, tokenizer.VocabularySize);
    }

    [RealDataFact("tokenizers", "deberta-v3", "spm.model")]
    public void Every_pair_is_framed_and_cut_alike()
    {
        var tokenizer = Tokenizer.Value;
        using var fixture = Fixture();
        Assert.All(fixture.RootElement.GetProperty("pairs").EnumerateArray(), row =>
        {
            var limit = row.GetProperty("max_length");
            int? maxLength = limit.ValueKind == JsonValueKind.Null ? null : limit.GetInt32();
            var ids = tokenizer.EncodePair(row.GetProperty("a").GetString()!, row.GetProperty("b").GetString()!, maxLength);
            Assert.Equal(Ids(row, "input_ids"), ids);
        });
    }

    [RealDataFact("tokenizers", "deberta-v3", "spm.model")]
    public void Every_row_of_the_batch_is_the_single_text_before_its_padding()
    {
        var tokenizer = Tokenizer.Value;
        using var fixture = Fixture();
        var batch = fixture.RootElement.GetProperty("right_padded_batch");
        var rows = batch.GetProperty("input_ids").EnumerateArray().Select(row => row.EnumerateArray().Select(id => id.GetInt32()));
        var texts = batch.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!);
        Assert.All(rows.Zip(texts), pair =>
        {
            var ids = tokenizer.EncodeSingle(pair.Second);
            var padding = Enumerable.Repeat(tokenizer.PadTokenId, pair.First.Count() - ids.Length);
            Assert.Equal(pair.First, ids.Concat(padding));
        });
    }

    private static JsonDocument Fixture() =>
        JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("tokenizers", "deberta-v3.json")));

    private static int[] Ids(JsonElement row, string name) =>
        [.. row.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
