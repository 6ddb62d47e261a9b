using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Experiments.Shared;
using ModelZoo.Decoder;
using ModelZoo.Tokenizers;
using SpectralExperiments.Tests.ModelZoo.Decoder;
using Tasks.Gsm8k;
using Tasks.MathWords;

namespace SpectralExperiments.Tests.TextDecoders;

/// <summary>SmolLM2 on GSM8K against lm-eval 0.4.2 and Hugging Face (tests/fixtures/smollm2).</summary>
public sealed class SmolLm2TaskTests
{
    private const string Train = "train.jsonl";
    private const string Gsm8k = "gsm8k";
    private const int DocumentsInSuite = 2;
    private const double LossTolerance = 2e-3;

    [WeightsAndDataFact(SmolLm2Fixture.Folder, Gsm8k, Train)]
    public void First_documents_are_answered_and_scored_as_by_lm_eval() => CompareResponses(DocumentsInSuite, batchSize: 2);

    [WeightsAndDataFact(SmolLm2Fixture.Folder, Gsm8k, Train), Trait("Category", "Slow")]
    public void All_documents_are_answered_and_scored_as_by_lm_eval() => CompareResponses(count: null, batchSize: 8);

    [WeightsAndDataFact(SmolLm2Fixture.Folder, Gsm8k, Train)]
    public void First_held_out_losses_agree() => CompareLosses(DocumentsInSuite, batchSize: 2);

    [WeightsAndDataFact(SmolLm2Fixture.Folder, Gsm8k, Train), Trait("Category", "Slow")]
    public void All_held_out_losses_agree() => CompareLosses(count: null, batchSize: 8);

    private static void CompareResponses(int? count, int batchSize)
    {
        var golden = SmolLm2Fixture.Json("lm_eval.json").GetProperty("documents").EnumerateArray().Take(count ?? int.MaxValue).ToList();
        using var model = SmolLm2Fixture.Load();
        var decoder = Decoder(model);
        var settings = new Gsm8kSettings
        {
            MaxLength = model.Config.MaxPositionEmbeddings,
            BatchSize = batchSize,
            DocumentCount = golden.Count,
        };
        var evaluator = new Gsm8kEvaluator(Gsm8kDataset.Load(RepositoryPaths.RealData(Gsm8k)!), decoder.Codec, settings);

        var result = evaluator.Evaluate(decoder.Generate);

        Assert.All(golden.Index(), document =>
        {
            var (index, expected) = document;
            var found = result.Predictions[index];
            Assert.Equal(expected.GetProperty("test_row").GetInt32(), found.Document);
            Assert.Equal(expected.GetProperty("prompt_sha256").GetString(), Hash(evaluator.Documents[index].Prompt));
            Assert.Equal(expected.GetProperty("generated").GetString(), found.Response);
            Check(expected.GetProperty("strict"), found.Strict);
            Check(expected.GetProperty("flexible"), found.Flexible);
        });
        CheckScore("strict", result.StrictMatch);
        CheckScore("flexible", result.FlexibleExtract);
        Assert.Equal(0, result.CutPrompts);

        static void Check(JsonElement expected, Gsm8kExtraction found)
        {
            Assert.Equal(expected.GetProperty("answer").GetString(), found.Answer);
            Assert.Equal(expected.GetProperty("score").GetDouble(), found.IsCorrect ? 1 : 0);
        }

        void CheckScore(string filter, Gsm8kScore found) => Assert.Equal(
            golden.Average(document => document.GetProperty(filter).GetProperty("score").GetDouble()), found.ExactMatch, 1e-15);
    }

    private static void CompareLosses(int? count, int batchSize)
    {
        var golden = SmolLm2Fixture.Json("logits.json").GetProperty("answer_loss").EnumerateArray().Take(count ?? int.MaxValue).ToList();
        using var model = SmolLm2Fixture.Load();
        var decoder = Decoder(model);
        var problems = Gsm8kDataset.Load(RepositoryPaths.RealData(Gsm8k)!).Test.Problems;

        var losses = new HeldOutAnswers(problems.Take(golden.Count), decoder.Codec, "cpu").Evaluate(batchSize, decoder.SequenceLosses);

        Assert.All(golden.Zip(losses.Documents), document =>
        {
            Assert.Equal(document.First.GetProperty("answer_tokens").GetInt64(), document.Second.Tokens);
            Assert.Equal(document.First.GetProperty("sum").GetDouble(), document.Second.Sum, LossTolerance);
        });
        Assert.Equal(losses.Documents.Sum(document => document.Sum) / losses.Documents.Sum(document => document.Tokens), losses.Mean);
    }

    private static TextDecoder Decoder(DecoderForCausalLm model)
    {
        model.eval();
        return new TextDecoder(model, TextTokenizers.Load(RepositoryPaths.Weights(SmolLm2Fixture.Folder)!));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
