using SpectralAdapters.Files;
using SpectralExperiments.Tests;
using Training.Data;
using Training.Optimization;

namespace Training.Tests;

/// <summary>Checkpoints whose bytes changed, and checkpoints of runs that only look alike.</summary>
public sealed class CheckpointDamageTests
{
    private static readonly TrainingConfig Config = new()
    {
        LearningRate = 0.01, WeightDecay = 0.1, Schedule = ScheduleType.Cosine, WarmupSteps = 3, MaxSteps = 24,
        EvaluationSteps = 4, RestoreBest = true, CheckpointSteps = 5, Seed = 9,
    };

    [Theory]
    [InlineData("parameter.fc1.weight")]
    [InlineData("exp_avg.fc2.bias")]
    [InlineData("exp_avg_sq.norm.weight")]
    [InlineData("best.fc1.bias")]
    [InlineData("history")]
    public void One_changed_bit_of_a_tensor_is_noticed(string tensor)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        TaskThatStops.Interrupt(new ToyTask(), Config with { CheckpointSteps = null }, path, 6);
        var bytes = File.ReadAllBytes(path);
        bytes[OffsetOf(path, tensor)] ^= 1;
        File.WriteAllBytes(path, bytes);

        AssertStartsOver(folder, path, Config with { CheckpointSteps = null });

        Assert.Equal(bytes, File.ReadAllBytes(path + ".damaged"));
    }

    [Theory]
    [InlineData("\\\"Step\\\":6", "\\\"Step\\\":5")]
    [InlineData("\\\"Examples\\\":", "\\\"Examples\\\":1")]
    [InlineData("\\\"BestStep\\\":4", "\\\"BestStep\\\":3")]
    public void A_changed_number_of_the_header_is_noticed(string before, string after)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        TaskThatStops.Interrupt(new ToyTask(), Config with { CheckpointSteps = null }, path, 6);
        var text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(path));
        Assert.Contains(before, text);
        var changed = System.Text.Encoding.Latin1.GetBytes(text.Replace(before, after));
        BitConverter.TryWriteBytes(changed, BitConverter.ToInt64(changed) + after.Length - before.Length);
        File.WriteAllBytes(path, changed);

        AssertStartsOver(folder, path, Config with { CheckpointSteps = null });
    }

    [Fact]
    public void A_changed_element_type_is_noticed()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        TaskThatStops.Interrupt(new ToyTask(), Config with { CheckpointSteps = null }, path, 6);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf("\"F32\""u8) + 2] ^= 1;
        File.WriteAllBytes(path, bytes);

        AssertStartsOver(folder, path, Config with { CheckpointSteps = null });

        Assert.Equal(bytes, File.ReadAllBytes(path + ".damaged"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(900)]
    [InlineData(-9)]
    public void A_truncated_checkpoint_is_set_aside_and_the_run_starts_over(int length)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        TaskThatStops.Interrupt(new ToyTask(), Config with { CheckpointSteps = null }, path, 6);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, length < 0 ? bytes[..^-length] : bytes[..length]);

        AssertStartsOver(folder, path, Config with { CheckpointSteps = null });
    }

    [Fact]
    public void The_checkpoint_before_a_damaged_one_is_used()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        TaskThatStops.Interrupt(new ToyTask(), Config, path, 13);
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 0x10;
        File.WriteAllBytes(path, bytes);
        var (whole, resumed) = (new ToyTask(), new ToyTask());
        new Trainer(Config).Fit(whole, folder.File("whole.safetensors"));

        var result = new Trainer(Config).Fit(resumed, path);

        Assert.Equal(10, result.ResumedFromStep);
        Assert.Equal(whole.Values(), resumed.Values());
    }

    [Fact]
    public void A_checkpoint_that_was_deleted_is_not_replaced_by_the_one_before()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        TaskThatStops.Interrupt(new ToyTask(), Config, path, 13);
        File.Delete(path);

        Assert.Null(new Trainer(Config).Fit(new ToyTask(), path).ResumedFromStep);
    }

    [Fact]
    public void A_checkpoint_of_another_order_of_examples_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        TaskThatStops.Interrupt(new ToyTask(), Config, path, 7);
        var before = File.ReadAllBytes(path);

        AssertRefused(new ToyTask { Sampler = new RandomBatchSampler(37, 8, 6) }, path);
        AssertRefused(new ToyTask { Sampler = new LengthBucketedBatchSampler([.. Enumerable.Range(1, 37)], 8, 5) }, path);
        AssertRefused(new ToyTask { Sampler = new RandomBatchSampler(36, 8, 5) }, path);

        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_checkpoint_of_another_dropout_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        TaskThatStops.Interrupt(new ToyTask(dropout: 0.2), Config, path, 7);

        var message = AssertRefused(new ToyTask(dropout: 0.5), path);

        Assert.Contains("dropout of 'dropout': found 0.2, expected 0.5", message);
    }

    private static string AssertRefused(ToyTask task, string path)
    {
        var before = task.Values();
        var message = Assert.Throws<InvalidDataException>(() => new Trainer(Config).Fit(task, path)).Message;
        Assert.StartsWith(path, message);
        Assert.Equal(before, task.Values());
        return message;
    }

    private static void AssertStartsOver(TemporaryFolder folder, string path, TrainingConfig config)
    {
        var (whole, found) = (new ToyTask(), new ToyTask());
        new Trainer(config).Fit(whole, folder.File("whole.safetensors"));

        var result = new Trainer(config).Fit(found, path);

        Assert.Null(result.ResumedFromStep);
        Assert.Equal(24, result.Steps.Count);
        Assert.Equal(whole.Values(), found.Values());
    }

    private static long OffsetOf(string path, string tensor)
    {
        using var file = SafetensorsFile.Open(path);
        Assert.True(file.Contains(tensor), tensor);
        long length = new FileInfo(path).Length, after = 0;
        foreach (var name in file.Names.Reverse())
        {
            after += file.Shape(name).Aggregate(1L, (product, size) => product * size) * (name == "history" ? 8 : 4);
            if (name == tensor)
            {
                break;
            }
        }

        return length - after;
    }
}
