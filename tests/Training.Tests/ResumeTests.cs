using SpectralAdapters.Files;
using SpectralExperiments.Tests;
using Training.Data;
using Training.Optimization;
using static TorchSharp.torch;

namespace Training.Tests;

public sealed class ResumeTests
{
    private static readonly TrainingConfig Config = new()
    {
        LearningRate = 0.01, WeightDecay = 0.1, Schedule = ScheduleType.Cosine, WarmupSteps = 3, MaxSteps = 24,
        EvaluationSteps = 4, RestoreBest = true, CheckpointSteps = 5, Seed = 9,
    };

    [Theory]
    [InlineData(7, ScalarType.Float32, 1)]
    [InlineData(10, ScalarType.Float32, 4)]
    [InlineData(23, ScalarType.Float32, 1)]
    [InlineData(13, ScalarType.BFloat16, 1)]
    public void An_interrupted_run_ends_in_the_same_bits(int stopAfter, ScalarType type, int loggingSteps)
    {
        using var folder = new TemporaryFolder();
        var config = Config with { LoggingSteps = loggingSteps };
        var whole = new ToyTask(type: type);
        var expected = new Trainer(config).Fit(whole, folder.File("whole.safetensors"));

        var path = folder.File("run.safetensors");
        TaskThatStops.Interrupt(new ToyTask(type: type), config, path, stopAfter);
        var resumed = new ToyTask(type: type);
        var found = new Trainer(config).Fit(resumed, path);

        Assert.Equal(24 - stopAfter, resumed.LossCalls);
        Assert.Null(expected.ResumedFromStep);
        Assert.Equal(stopAfter, found.ResumedFromStep);
        Assert.Equal(expected.Steps, found.Steps);
        Assert.Equal(expected.Examples, found.Examples);
        Assert.Equal(
            expected.Evaluations.Select(point => (point.Step, point.Result.Loss)),
            found.Evaluations.Select(point => (point.Step, point.Result.Loss)));
        Assert.Equal(expected.Kept!.Step, found.Kept!.Step);
        Assert.Equal(whole.Values(), resumed.Values());
    }

    [Fact]
    public void A_run_that_was_stopped_before_its_first_step_can_be_resumed()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        var whole = new ToyTask();
        new Trainer(Config).Fit(whole, folder.File("whole.safetensors"));
        Assert.Throws<OperationCanceledException>(
            () => new Trainer(Config).Fit(new ToyTask(), path, cancellation: new CancellationToken(canceled: true)));

        var resumed = new ToyTask();
        Assert.Equal(0, new Trainer(Config).Fit(resumed, path).ResumedFromStep);

        Assert.Equal(whole.Values(), resumed.Values());
    }

    [Fact]
    public void The_time_before_the_interruption_is_part_of_the_result()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        TaskThatStops.Interrupt(new ToyTask(), Config, path, 7);
        CheckpointFile.Rewrite(path, state => state["TrainingTime"] = "05:00:00");

        var result = new Trainer(Config).Fit(new ToyTask(), path);

        Assert.InRange(result.TrainingTime, TimeSpan.FromHours(5), TimeSpan.FromHours(6));
        Assert.Equal(result.Examples / result.TrainingTime.TotalSeconds, result.ExamplesPerSecond);
    }

    [Fact]
    public void A_run_that_died_resumes_from_its_last_checkpoint()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        var dying = new ToyTask { ChangeLoss = (call, loss) => call == 14 ? throw new IOException("power cut") : loss };
        Assert.Throws<IOException>(() => new Trainer(Config).Fit(dying, path));

        var (resumed, whole) = (new ToyTask(), new ToyTask());
        new Trainer(Config).Fit(resumed, path);
        new Trainer(Config with { CheckpointSteps = null }).Fit(whole);

        Assert.Equal(14, resumed.LossCalls);
        Assert.Equal(whole.Values(), resumed.Values());
    }

    [Fact]
    public void A_finished_run_is_only_evaluated_again()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        var (first, second) = (new ToyTask(), new ToyTask());
        var config = Config with { CheckpointSteps = 24 };

        var expected = new Trainer(config).Fit(first, path);
        var found = new Trainer(config).Fit(second, path);

        Assert.Equal(0, second.LossCalls);
        Assert.Equal(expected.Kept!.Result.Loss, found.Kept!.Result.Loss);
        Assert.Equal(first.Values(), second.Values());
    }

    [Fact]
    public void A_checkpoint_of_another_run_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        TaskThatStops.Interrupt(new ToyTask(), Config, path, 3);

        Assert.Contains("settings: found", Refused(Config with { LearningRate = 0.02 }, new ToyTask()));
        Assert.Contains(
            "batches per epoch: found 5, expected 2", Refused(Config, new ToyTask { Sampler = new RandomBatchSampler(37, 20, 5) }));
        Assert.Contains("expected BFloat16 [", Refused(Config, new ToyTask(type: ScalarType.BFloat16)));

        string Refused(TrainingConfig config, ToyTask task)
        {
            var before = task.Values();
            var message = Assert.Throws<InvalidDataException>(() => new Trainer(config).Fit(task, path)).Message;
            Assert.StartsWith(path, message);
            Assert.Equal(before, task.Values());
            return message;
        }
    }

    [Fact]
    public void A_file_that_is_no_checkpoint_is_refused_and_stays_where_it_is()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("adapter.safetensors");
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["x"] = ones(1) });
        var bytes = File.ReadAllBytes(path);

        Assert.Contains("training_state", Assert.Throws<InvalidDataException>(() => new Trainer(Config).Fit(new ToyTask(), path)).Message);

        Assert.Equal(bytes, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_checkpoint_of_a_task_with_another_fingerprint_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        TaskThatStops.Interrupt(Task("data", "aa"), Config, path, 3);

        Assert.Contains("the task's data: found aa, expected bb; delete the file to start over", Refused(Task("data", "bb")));
        Assert.Contains("the task's data: found aa, expected none", Refused(new ToyTask()));
        Assert.Contains("the task's tokenizer: found none, expected aa", Refused(Task("tokenizer", "aa")));
        Assert.Equal(3, new Trainer(Config).Fit(Task("data", "aa"), path).ResumedFromStep);

        string Refused(ToyTask task) => Assert.Throws<InvalidDataException>(() => new Trainer(Config).Fit(task, path)).Message;

        static ToyTask Task(string name, string value) => new() { Fingerprint = new Dictionary<string, string> { [name] = value } };
    }

    [Fact]
    public void A_damaged_checkpoint_is_reported_with_what_becomes_of_it()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        TaskThatStops.Interrupt(new ToyTask(), Config, path, 13);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^9]);
        var previous = File.ReadAllBytes(path + ".previous");
        previous[^1] ^= 1;
        File.WriteAllBytes(path + ".previous", previous);
        var log = new List<string>();

        new Trainer(Config with { CheckpointSteps = null }).Fit(new ToyTask(), folder.File("other.safetensors"), log: log.Add);
        Assert.Empty(log);
        new Trainer(Config).Fit(new ToyTask(), path, log: log.Add);

        Assert.Equal(2, log.Count);
        Assert.StartsWith(path, log[0]);
        Assert.EndsWith($"; the file is now {path}.damaged, and the run resumes from the checkpoint before it", log[0]);
        Assert.StartsWith($"{path}: found content with the checksum ", log[1]);
        Assert.EndsWith($"; the file is now {path}.damaged, and the run starts over", log[1]);
    }

    [Theory]
    [InlineData("Config")]
    [InlineData("GroupSettings")]
    [InlineData("BatchesPerEpoch")]
    [InlineData("Fingerprint")]
    [InlineData("TotalSteps")]
    [InlineData("Step")]
    [InlineData("Examples")]
    [InlineData("TrainingTime")]
    [InlineData("Evaluations")]
    [InlineData("BestStep")]
    [InlineData("BestLoss")]
    public void A_checkpoint_whose_header_lacks_a_key_is_set_aside_with_its_name(string key)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        TaskThatStops.Interrupt(new ToyTask(), Config, path, 3);

        CheckpointFile.Rewrite(path, state => state.Remove(key));

        var log = new List<string>();
        Assert.Null(new Trainer(Config).Fit(new ToyTask(), path, log: log.Add).ResumedFromStep);
        Assert.StartsWith($"{path}: 'training_state' cannot be read: ", log.Single());
        Assert.Contains($"'{key}'", log.Single());
    }

    [Theory]
    [InlineData("Config")]
    [InlineData("Evaluations")]
    public void A_checkpoint_whose_header_holds_null_is_set_aside_with_its_key(string key)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        TaskThatStops.Interrupt(new ToyTask(), Config, path, 3);

        CheckpointFile.Rewrite(path, state => state[key] = null);

        var log = new List<string>();
        Assert.Null(new Trainer(Config).Fit(new ToyTask(), path, log: log.Add).ResumedFromStep);
        Assert.StartsWith($"{path}: 'training_state' cannot be read: ", log.Single());
        Assert.Contains($"'{key}'", log.Single());
    }
}
