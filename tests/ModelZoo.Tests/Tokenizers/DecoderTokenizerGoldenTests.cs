using System.Text.Json;
using ModelZoo.Tokenizers;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>The published vocabularies of decoders against the reference tokenizers (tests/fixtures/tokenizers/README.md).</summary>
public sealed class DecoderTokenizerGoldenTests
{
    [RealDataFact("tokenizers", "llama3", "tokenizer.model")]
    public void Every_case_of_Llama_3_has_the_ids_and_the_decoded_texts()
    {
        var tokenizer = Load("tokenizers", "llama3");
        using var fixture = Fixture("llama3.json");
        var plain = 0;
        Assert.All(Cases(fixture), row =>
        {
            var text = row.GetProperty("text").GetString()!;
            AssertCase(tokenizer, row);
            if (row.TryGetProperty("ids_as_plain_text", out var asPlain))
            {
                Assert.Equal(Ids(asPlain), tokenizer.Encode(text, recognizeSpecialTokens: false));
                Assert.NotEqual(Ids(asPlain), tokenizer.Encode(text));
                plain++;
            }
            else
            {
                Assert.Equal(tokenizer.Encode(text), tokenizer.Encode(text, recognizeSpecialTokens: false));
            }
        });
        Assert.True(plain > 0);
    }

    [RealDataFact("tokenizers", "llama3", "tokenizer.model")]
    public void Every_special_token_of_Llama_3_has_its_id()
    {
        var tokenizer = Load("tokenizers", "llama3");
        using var fixture = Fixture("llama3.json");
        Assert.Equal(128_256, tokenizer.VocabularySize);
        Assert.Equal((128_000, 128_001, true), (tokenizer.BosTokenId, tokenizer.EosTokenId, tokenizer.CleansUpSpaces));
        Assert.All(fixture.RootElement.GetProperty("special_ids").EnumerateObject(), token =>
        {
            Assert.Equal([token.Value.GetInt32()], tokenizer.Encode(token.Name));
            Assert.Equal(token.Name, tokenizer.Decode([token.Value.GetInt32()]));
        });
    }

    [Fact]
    public void The_words_of_Llama_3_are_those_of_the_published_pattern()
    {
        using var fixture = Fixture("llama3.json");
        Assert.Equal(Llama3Words.Pattern, fixture.RootElement.GetProperty("pattern").GetString());
    }

    [RealDataFact("tokenizers", "mistral-v0.1", "tokenizer.model")]
    public void Every_case_of_Mistral_has_the_ids_and_the_decoded_text()
    {
        var tokenizer = Load("tokenizers", "mistral-v0.1");
        using var fixture = Fixture("mistral-v0.1.json");
        Assert.Equal(
            (1, 2, 32_000, false), (tokenizer.BosTokenId, tokenizer.EosTokenId, tokenizer.VocabularySize, tokenizer.CleansUpSpaces));
        Assert.All(Cases(fixture), row => AssertCase(tokenizer, row));
    }

    [RealDataFact("tokenizers", "llama2", "tokenizer.model")]
    public void A_character_outside_the_vocabulary_of_Llama_2_is_its_bytes() =>
        Assert.Equal([29_871, 234, 178, 138], Load("tokenizers", "llama2").Encode("篇"));

    [RealDataFact("llama", "smollm2-135m-instruct", "tokenizer.json")]
    public void Every_case_of_SmolLM2_has_the_ids()
    {
        var tokenizer = Load("llama", "smollm2-135m-instruct");
        using var fixture = Fixture("bert_and_smollm2.json");
        var texts = fixture.RootElement.GetProperty("strings").EnumerateArray().Select(text => text.GetString()!);
        var ids = fixture.RootElement.GetProperty("ids").GetProperty("smollm2").EnumerateArray().Select(Ids);
        Assert.Null(tokenizer.BosTokenId);
        Assert.Equal((2, 49_152, false), (tokenizer.EosTokenId, tokenizer.VocabularySize, tokenizer.CleansUpSpaces));
        Assert.All(texts.Zip(ids), row => Assert.Equal(row.Second, tokenizer.Encode(row.First)));
    }

    [RealDataFact("llama", "tinystories-656k", "tokenizer.json")]
    public void The_story_model_has_its_reference_ids_and_texts()
    {
        var tokenizer = Load("llama", "tinystories-656k");
        Assert.Equal((1, 2, 2_048), (tokenizer.BosTokenId, tokenizer.EosTokenId, tokenizer.VocabularySize));
        using var reference = JsonDocument.Parse(
            File.ReadAllText(RepositoryPaths.RealData("llama", "tinystories-656k", "reference.json")!));
        Assert.All(reference.RootElement.EnumerateObject(), row =>
        {
            int[] prompt = [tokenizer.BosTokenId!.Value, .. tokenizer.Encode(row.Name)];
            Assert.Equal(Ids(row.Value.GetProperty("prompt_ids")), prompt);
            var ids = Ids(row.Value.GetProperty("greedy_ids"));
            Assert.Equal(row.Value.GetProperty("text").GetString(), tokenizer.Decode(ids));
        });
    }

    [RealDataFact("tokenizers", "llama3", "tokenizer.model")]
    public void Training_texts_of_Llama_3_begin_with_one_beginning_of_sequence() => CheckTrainingBatch("llama3");

    [RealDataFact("tokenizers", "mistral-v0.1", "tokenizer.model")]
    public void Training_texts_of_Mistral_begin_with_one_beginning_of_sequence() => CheckTrainingBatch("mistral-v0.1");

    // A batch of the paper's collator: the ids of its texts, without their padding.
    private static void CheckTrainingBatch(string name)
    {
        var tokenizer = Load("tokenizers", name);
        using var fixture = Fixture($"{name}.json");
        var batch = fixture.RootElement.GetProperty("training_batch");
        var maxLength = batch.GetProperty("max_length").GetInt32();
        var rows = batch.GetProperty("input_ids").EnumerateArray().Zip(batch.GetProperty("attention_mask").EnumerateArray(), (ids, mask) =>
            Ids(ids).Zip(Ids(mask)).Where(pair => pair.Second == 1).Select(pair => pair.First));
        Assert.All(batch.GetProperty("texts").EnumerateArray().Zip(rows), row => Assert.Equal(
            row.Second, tokenizer.Encode(row.First.GetString()!).Prepend(tokenizer.BosTokenId!.Value).Take(maxLength)));
    }

    private static void AssertCase(TextTokenizer tokenizer, JsonElement row)
    {
        var ids = Ids(row.GetProperty("ids"));
        Assert.Equal(ids, tokenizer.Encode(row.GetProperty("text").GetString()!));
        var decoded = row.GetProperty("decoded").GetString();
        Assert.Equal(decoded, tokenizer.Decode(ids));
        var cleaned = row.TryGetProperty("decoded_clean_up", out var cleanUp) ? cleanUp.GetString() : decoded;
        if (tokenizer.CleansUpSpaces)
        {
            Assert.Equal(cleaned, tokenizer.Decode(ids, cleanUp: true));
        }
    }

    private static TextTokenizer Load(params string[] folder) => TextTokenizers.Load(RepositoryPaths.RealData(folder)!);

    private static JsonDocument Fixture(string name) => JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("tokenizers", name)));

    private static JsonElement.ArrayEnumerator Cases(JsonDocument fixture) => fixture.RootElement.GetProperty("cases").EnumerateArray();

    private static int[] Ids(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt32())];
}
