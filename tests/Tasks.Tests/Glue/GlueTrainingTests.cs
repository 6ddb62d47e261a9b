using System.Text;
using SpectralExperiments.Tests;
using Tasks.Glue;
using TorchSharp;
using TorchSharp.Modules;
using Training;
using Training.Data;
using static TorchSharp.torch;

namespace Tasks.Tests.Glue;

/// <summary>From TSV files through reader, batches, trainer and evaluator, with a classifier that sums word embeddings.</summary>
public sealed class GlueTrainingTests
{
    [Fact]
    public void A_classifier_learns_a_generated_task_from_its_files()
    {
        using var folder = new TemporaryFolder();
        folder.Write("SST-2/train.tsv", Generate(400, seed: 1));
        folder.Write("SST-2/dev.tsv", Generate(100, seed: 2));
        manual_seed(0);
        var task = new WordSums(GlueDataset.Load(GlueTask.Sst2, folder.Root));

        var config = new TrainingConfig { LearningRate = 0.05, WeightDecay = 0.01, Epochs = 4, EvaluationSteps = 10, RestoreBest = true };
        var result = new Trainer(config).Fit(task);

        var kept = Assert.IsType<GlueEvaluation>(result.Kept!.Result);
        Assert.True(kept.Metrics["accuracy"] > 0.9, $"found accuracy {kept.Metrics["accuracy"]}");
        Assert.Equal(100, kept.Predictions.Count);
        Assert.Equal(result.Evaluations.Min(point => point.Result.Loss), kept.Loss);
    }

    private static string Generate(int count, int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder("sentence\tlabel\n");
        for (var i = 0; i < count; i++)
        {
            var words = Enumerable.Range(0, random.Next(3, 12)).Select(_ => random.Next(26)).ToList();
            var label = words.Sum(word => word < 13 ? 1 : -1) > 0 ? 1 : 0;
            text.Append(string.Join(' ', words.Select(word => (char)('a' + word)))).Append('\t').Append(label).Append('\n');
        }

        return text.ToString();
    }

    private sealed class WordSums(GlueDataset data) : IEvaluatedTask
    {
        private const int PaddingId = 26;

        private readonly Embedding _embedding = nn.Embedding(27, 2);

        public nn.Module Model => _embedding;

        public IReadOnlyList<ParameterGroup> ParameterGroups => [new(_embedding.named_parameters())];

        public IBatchSampler Sampler { get; } = new RandomBatchSampler(data.Train.Examples.Count, 16, 0);

        public BatchLoss Loss(int[] examples)
        {
            var labels = tensor(examples.Select(example => (long)data.Train.Examples[example].Label).ToArray()); // [B]
            return new BatchLoss(nn.functional.cross_entropy(Logits(data.Train, examples), labels), examples.Length);
        }

        public EvaluationResult Evaluate() => GlueEvaluator.Evaluate(
            data.Task, data.Development.Examples, Batches.Sequential(data.Development.Examples.Count, 32),
            examples => Logits(data.Development, examples));

        private Tensor Logits(GlueSplit split, int[] examples)
        {
            int[][] ids = [.. examples.Select(
                example => split.Examples[example].Sentence1.Split(' ').Select(word => word[0] - 'a').ToArray())];
            var (input, mask) = PaddedBatch.Collate(ids, PaddingId).ToTensors();
            return _embedding.forward(input).mul(mask.unsqueeze(-1)).sum(1); // [B, 2]
        }
    }
}
