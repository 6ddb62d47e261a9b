using System.Text.Json;
using Experiments.Shared;
using ModelZoo.Tokenizers;
using Tasks.Gsm8k;
using Tasks.MathWords;
using TorchSharp;
using Training.Data;

namespace SpectralExperiments.Tests.TextDecoders;

/// <summary>Training texts begin with exactly one BOS, where the model has one; prompts of evaluation carry none.</summary>
public sealed class TrainingTextTests
{
    private static readonly WordProblem Problem = new("A man has 12 cats, and 3 more. How many?", "12 + 3 = <<12+3=15>>15\n#### 15");

    [RealDataFact("tokenizers", "llama3", "tokenizer.model")]
    public void Llama_3_has_one_beginning_in_training_texts_and_none_in_prompts() => Check(128_000, Load("tokenizers", "llama3"));

    [RealDataFact("tokenizers", "llama2", "tokenizer.model")]
    public void Llama_2_has_one_beginning_in_training_texts_and_none_in_prompts() => Check(1, Load("tokenizers", "llama2"));

    [RealDataFact("tokenizers", "mistral-v0.1", "tokenizer.model")]
    public void Mistral_has_one_beginning_in_training_texts_and_none_in_prompts() => Check(1, Load("tokenizers", "mistral-v0.1"));

    [RealDataFact("llama", "smollm2-135m-instruct", "tokenizer.json")]
    public void SmolLM2_has_no_beginning_in_training_texts_or_prompts() => Check(null, Load("llama", "smollm2-135m-instruct"));

    [Theory]
    [InlineData("llama3", "<|end_of_text|>", true)]
    [InlineData("sentencepiece", "</s>", true)]
    [InlineData("byte-level", "<|im_end|>", false)]
    public void Small_vocabularies_have_their_beginning_in_training_texts_alone(string name, string endToken, bool hasBos)
    {
        using var fixture = JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("tokenizers", "decoder_tokenizers.json")));
        using var folder = new TemporaryFolder();
        folder.Write(
            "tokenizer.json", fixture.RootElement.GetProperty("tokenizers").GetProperty(name).GetProperty("tokenizer").GetRawText());
        folder.Write("tokenizer_config.json", JsonSerializer.Serialize(new { eos_token = endToken }));
        var tokenizer = TextTokenizers.Load(folder.Root);
        Assert.Equal(hasBos, tokenizer.BosTokenId is not null);
        Check(tokenizer.BosTokenId, tokenizer);
    }

    [RealDataFact("tokenizers", "llama3", "tokenizer.model")]
    public void Batches_of_Llama_3_are_the_authors_collators() => CheckBatch("llama3", PaddingSide.Right);

    [RealDataFact("tokenizers", "mistral-v0.1", "tokenizer.model")]
    public void Batches_of_Mistral_are_the_authors_collators() => CheckBatch("mistral-v0.1", PaddingSide.Left);

    private static void Check(int? bos, TextTokenizer tokenizer)
    {
        using var scope = torch.NewDisposeScope();
        var codec = TextDecoder.CodecOf(tokenizer);
        var settings = new CausalTextSettings { MaxLength = 512, Side = PaddingSide.Right };

        var training = new CausalTexts([Problem.TrainingText], codec, settings, "cpu").Ids[0];

        Assert.Equal(bos is { } id ? [id, .. tokenizer.Encode(Problem.TrainingText)] : tokenizer.Encode(Problem.TrainingText), training);
        Assert.Equal(bos is null ? 0 : 1, training.Count(token => token == bos));

        var seen = new List<int>();
        var split = new WordProblemSplit("made", [.. Enumerable.Repeat(Problem, 5)]);
        new Gsm8kEvaluator(new Gsm8kDataset(split, split), codec, new Gsm8kSettings { MaxLength = 8_192 }).Evaluate((prompts, _, _) =>
        {
            seen.AddRange(prompts.SelectMany(prompt => prompt));
            return [.. prompts.Select(_ => (int[])[tokenizer.EosTokenId])];
        });
        new HeldOutAnswers(split.Problems, codec, "cpu").Evaluate(5, batch =>
        {
            seen.AddRange(batch.InputIds.data<long>().Select(token => (int)token));
            return [.. Enumerable.Repeat((0.0, (long)tokenizer.Encode($" {Problem.Answer}").Length), 5)];
        });
        Assert.True(seen.Count > 1_000);
        Assert.DoesNotContain(bos ?? -1, seen);
    }

    private static void CheckBatch(string name, PaddingSide side)
    {
        using var scope = torch.NewDisposeScope();
        using var fixture = JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("tokenizers", $"{name}.json")));
        var golden = fixture.RootElement.GetProperty("training_batch");
        var texts = golden.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!).ToList();
        var settings = new CausalTextSettings { MaxLength = golden.GetProperty("max_length").GetInt32(), Side = side };

        var batch = new CausalTexts(texts, TextDecoder.CodecOf(Load("tokenizers", name)), settings, "cpu")
            .Batch([.. Enumerable.Range(0, texts.Count)]);

        Assert.Equal(golden.GetProperty("padding_side").GetString(), side.ToString().ToLowerInvariant());
        CheckTensor("input_ids", batch.InputIds);
        CheckTensor("attention_mask", batch.AttentionMask!);
        CheckTensor("labels", batch.Labels);

        void CheckTensor(string key, torch.Tensor found) => Assert.Equal(
            golden.GetProperty(key).EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => value.GetInt64()),
            found.data<long>().ToArray());
    }

    private static TextTokenizer Load(params string[] folder) => TextTokenizers.Load(RepositoryPaths.RealData(folder)!);
}
