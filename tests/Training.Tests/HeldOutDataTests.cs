using SpectralExperiments.Tests;

namespace Training.Tests;

/// <summary>Tasks without held-out data.</summary>
public sealed class HeldOutDataTests
{
    private static readonly TrainingConfig Config = new() { LearningRate = 0.01, WeightDecay = 0.1, MaxSteps = 20 };

    [Fact]
    public void A_task_without_held_out_data_is_trained_without_evaluation()
    {
        var (evaluated, trained) = (new ToyTask(), new ToyTask());

        var expected = new Trainer(Config).Fit(evaluated);
        var found = new Trainer(Config).Fit(new TaskWithoutHeldOutData(trained));

        Assert.NotNull(expected.Last);
        Assert.Null(found.Last);
        Assert.Null(found.Kept);
        Assert.Empty(found.Evaluations);
        Assert.Equal(expected.Steps, found.Steps);
        Assert.Equal(evaluated.Values(), trained.Values());
        Assert.False(trained.Model.training);
    }

    [Fact]
    public void Its_checkpoints_are_resumed()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        var (whole, resumed) = (new ToyTask(), new ToyTask());
        new Trainer(Config).Fit(new TaskWithoutHeldOutData(whole));
        var dying = new ToyTask { ChangeLoss = (call, loss) => call == 14 ? throw new IOException("power cut") : loss };
        var config = Config with { CheckpointSteps = 5 };
        Assert.Throws<IOException>(() => new Trainer(config).Fit(new TaskWithoutHeldOutData(dying), path));

        var result = new Trainer(config).Fit(new TaskWithoutHeldOutData(resumed), path);

        Assert.Equal((10, 10), (result.ResumedFromStep, resumed.LossCalls));
        Assert.Equal(whole.Values(), resumed.Values());
    }

    [Fact]
    public void Settings_that_need_held_out_data_are_refused_by_name()
    {
        Refused(Config with { EvaluationSteps = 5 }, "EvaluationSteps: found 5, expected none: the task has no held-out data");
        Refused(
            Config with { EvaluationSteps = 5, RestoreBest = true },
            "RestoreBest: found true, expected false: the task has no held-out data");

        static void Refused(TrainingConfig config, string message)
        {
            var task = new ToyTask();
            var exception = Assert.Throws<ArgumentException>(() => new Trainer(config).Fit(new TaskWithoutHeldOutData(task)));
            Assert.Contains(message, exception.Message);
            Assert.Equal(0, task.LossCalls);
        }
    }
}
