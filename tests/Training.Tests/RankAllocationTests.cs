using System.Text.Json;
using SpectralAdapters.Files;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace Training.Tests;

/// <summary>AdaLoRA's allocator behind the trainer.</summary>
public sealed class RankAllocationTests
{
    private const int Steps = 24;
    private const double TargetRank = 2;

    [Theory]
    [InlineData(ScalarType.Float32, "float32", "", 1e-5)]
    [InlineData(ScalarType.Float64, "float64", ".f64", 1e-11)]
    public void Training_with_allocation_equals_peft(ScalarType type, string run, string suffix, double tolerance)
    {
        using var scope = NewDisposeScope();
        var expected = Fixtures.Tensors("adapters", $"adalora_allocator{suffix}.safetensors");
        var entries = Fixtures.Json("adapters", "adalora_allocator.json").GetProperty("run").GetProperty(run).EnumerateArray().ToList();
        var seen = new List<int>();
        using var task = new AllocatedLayers(type) { Check = Check };

        new Trainer(task.Config).Fit(task);

        Assert.Equal(Enumerable.Range(0, Steps), seen);

        void Check(AllocatedLayers layers, int step)
        {
            seen.Add(step);
            foreach (var layer in (string[])["f0", "f1", "f2"])
            {
                var difference = Fixtures.LargestDifference(layers.E(layer), expected[$"step{step:00}/E.{layer}"]);
                Assert.True(difference <= tolerance, $"E of {layer} differs by {difference} after step {step}");
                if (entries[step].TryGetProperty("rank_pattern", out var pattern))
                {
                    Assert.Equal(
                        pattern.GetProperty(layer).EnumerateArray().Select(kept => kept.GetBoolean()), layers.Allocator.Kept[layer]);
                }
            }
        }
    }

    // Before the first ranking, between two rankings, at the last one (18) and with fixed masks.
    [Theory]
    [InlineData(4)]
    [InlineData(12)]
    [InlineData(19)]
    [InlineData(22)]
    public void An_interrupted_run_ends_in_the_same_bits(int stopAfter)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        using var whole = new AllocatedLayers(ScalarType.Float32);
        new Trainer(whole.Config).Fit(whole);

        using var stopped = new AllocatedLayers(ScalarType.Float32);
        TaskThatStops.Interrupt(stopped, stopped.Config, path, stopAfter);
        using var resumed = new AllocatedLayers(ScalarType.Float32);
        new Trainer(resumed.Config).Fit(resumed, path);

        Assert.Equal(whole.Values(), resumed.Values());
        Assert.Equal(TargetRank, resumed.Allocator.MeanRank);
    }

    // The best evaluation is the first one, before anything is pruned.
    [Theory]
    [InlineData(null)]
    [InlineData(12)]
    public void The_best_parameters_come_with_their_allocation(int? stopAfter)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        double[] losses = [0.1, .. Enumerable.Repeat(1.0, 9)];
        using var best = new AllocatedLayers(ScalarType.Float32);
        var config = best.Config with { EvaluationSteps = 4, RestoreBest = true };
        TaskThatStops.Interrupt(best, config, folder.File("best.safetensors"), stopAfter: 4);
        if (stopAfter is { } step)
        {
            using var stopped = new AllocatedLayers(ScalarType.Float32) { EvaluationLosses = new(losses) };
            TaskThatStops.Interrupt(stopped, config, path, step);
        }

        using var task = new AllocatedLayers(ScalarType.Float32) { EvaluationLosses = new(stopAfter is null ? losses : losses[3..]) };
        var result = new Trainer(config).Fit(task, path);

        Assert.Equal(4, result.Kept!.Step);
        Assert.Equal(best.Allocator.MeanRank, task.Allocator.MeanRank);
        Assert.NotEqual(TargetRank, task.Allocator.MeanRank);
        Assert.Equal(best.Values(), task.Values());
    }

    [Fact]
    public void A_checkpoint_without_the_tasks_state_or_with_another_shape_is_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        using var stopped = new AllocatedLayers(ScalarType.Float32);
        TaskThatStops.Interrupt(stopped, stopped.Config, path, stopAfter: 12);
        var count = SafetensorsFile.ReadAll(path).Count;
        const string Name = "task.importance.f1.lora_A";

        Assert.Contains(
            $"number of tensors: found {count - 1}, expected {count}", Refused(tensors => tensors.Remove(Name)));
        Assert.Contains(
            $"shape of '{Name}': found Float32 [3], expected Float32 [6, 48]",
            Refused(tensors => tensors[Name] = ones(3)));

        string Refused(Action<Dictionary<string, Tensor>> change)
        {
            var other = folder.File("other.safetensors");
            File.Copy(path, other, overwrite: true);
            CheckpointFile.Rewrite(other, tensors: change);
            using var task = new AllocatedLayers(ScalarType.Float32);
            var before = task.Values();
            var message = Assert.Throws<InvalidDataException>(() => new Trainer(task.Config).Fit(task, other)).Message;
            Assert.StartsWith(other, message);
            Assert.Equal(before, task.Values());
            return message;
        }
    }
}
