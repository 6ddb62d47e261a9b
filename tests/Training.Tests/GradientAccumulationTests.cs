using SpectralExperiments.Tests;
using TorchSharp;
using Training.Data;

namespace Training.Tests;

public sealed class GradientAccumulationTests
{
    private static readonly TrainingConfig Config = new() { LearningRate = 0.05, WeightDecay = 0.1, Epochs = 2, AccumulationSteps = 4 };

    // 22 examples: two steps of 8 and one of 6, which are 4, 4 and 3 batches of 2.
    [Theory]
    [InlineData(1e-3)]
    [InlineData(null)]
    public void Accumulated_batches_equal_one_large_batch(double? maxGradientNorm)
    {
        var (large, accumulated) = (new TokenTask(batchSize: 8), new TokenTask(batchSize: 2));

        var expected = new Trainer(Config with { AccumulationSteps = 1, MaxGradientNorm = maxGradientNorm }).Fit(large);
        var found = new Trainer(Config with { MaxGradientNorm = maxGradientNorm }).Fit(accumulated);

        Assert.Equal(6, found.Steps.Count);
        Assert.All(expected.Steps.Zip(found.Steps), pair =>
        {
            Assert.Equal(
                (pair.First.Step, pair.First.TotalSteps, pair.First.LearningRate),
                (pair.Second.Step, pair.Second.TotalSteps, pair.Second.LearningRate));
            // Losses and norms are reported in float32.
            Assert.Equal(pair.First.Loss, pair.Second.Loss, 2e-6);
            Assert.Equal(pair.First.GradientNorm, pair.Second.GradientNorm, 2e-6);
        });
        Assert.Equal(2 * TokenTask.Count, found.Examples);
        Assert.Equal(Enumerable.Range(0, 6), accumulated.CompletedSteps);
        Assert.All(large.Values().Zip(accumulated.Values()), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
    }

    // The last step of an epoch has fewer batches, and its own checkpoint.
    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public void An_interrupted_run_ends_in_the_same_bits(int stopAfterBatch)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        var config = Config with { Epochs = 4, AccumulationSteps = 2 };
        var (whole, resumed) = (new ToyTask(), new ToyTask());
        var expected = new Trainer(config).Fit(whole);

        TaskThatStops.Interrupt(new ToyTask(), config, path, stopAfterBatch);
        var found = new Trainer(config).Fit(resumed, path);

        Assert.Equal(4 * 3, expected.Steps.Count);
        Assert.Equal(expected.Steps, found.Steps);
        Assert.Equal((4 * 37, 4 * 37), (expected.Examples, found.Examples));
        Assert.Equal(whole.Values(), resumed.Values());
    }

    [Fact]
    public void Batches_of_one_step_have_dropout_masks_of_their_own()
    {
        var losses = new List<double>();
        var task = new ToyTask
        {
            Sampler = new SameBatch(), ChangeLoss = (_, loss) =>
            {
                losses.Add(loss.item<float>());
                return loss;
            },
        };

        new Trainer(Config with { Epochs = null, MaxSteps = 1, AccumulationSteps = 3 }).Fit(task);

        Assert.Equal(3, losses.Distinct().Count());
    }

    [Theory]
    [InlineData(0, "found 0,")]
    [InlineData(double.NaN, "found NaN,")]
    public void A_batch_without_weight_is_refused(double weight, string found)
    {
        var exception = Assert.Throws<ArgumentException>(() => new Trainer(Config).Fit(new TokenTask(batchSize: 2) { Weight = weight }));

        Assert.Contains($"BatchLoss.Weight: {found} expected the number of examples or target tokens", exception.Message);
    }

    private sealed class SameBatch : IBatchSampler
    {
        public int BatchesPerEpoch => 3;

        public IReadOnlyList<int[]> Epoch(int epoch) => [.. Enumerable.Repeat<int[]>([0, 1, 2], BatchesPerEpoch)];
    }
}
