using System.Globalization;
using DebertaGlue;
using Reproduction;

namespace SpectralExperiments.Tests;

public sealed class TunedLearningRatesTests
{
    private const string Header = "experiment,profile,method,rank,task,seed,step,metric,value,n,stderr,unit\n";

    private const int Steps = 40;

    [Fact]
    public void TheRateOfTheLowestEvaluationLossIsTakenWhateverTheScore()
    {
        var tuned = Read(("lora", "rte", 1e-4, 0.69, 70), ("lora", "rte", 5e-4, 0.61, 55), ("lora", "rte", 2.5e-3, 0.62, 80), ("lora", "rte", 1e-2, 0.9, 50));

        Assert.Equal(5e-4, tuned.Of("lora", "rte"));
        Assert.Equal(Steps, tuned.StepsOf("rte"));
        Assert.Equal("1000", tuned.Seeds);
    }

    [Fact]
    public void AmongEqualLossesTheHigherScoreDecides()
    {
        var tuned = Read(("lora", "rte", 1e-4, 0.61, 54), ("lora", "rte", 5e-4, 0.61, 55), ("lora", "rte", 2.5e-3, 0.62, 80), ("lora", "rte", 1e-2, 0.9, 50));

        Assert.Equal(5e-4, tuned.Of("lora", "rte"));
    }

    [Fact]
    public void EveryTaskAndMethodHasARateOfItsOwn()
    {
        var tuned = Read(
            ("lora", "rte", 1e-4, 0.1, 70), ("lora", "rte", 5e-4, 0.2, 70), ("lora", "rte", 2.5e-3, 0.3, 70), ("lora", "rte", 1e-2, 0.9, 50),
            ("dora", "rte", 1e-4, 0.3, 70), ("dora", "rte", 5e-4, 0.2, 70), ("dora", "rte", 2.5e-3, 0.1, 70), ("dora", "rte", 1e-2, 0.9, 50),
            ("lora", "sst2", 1e-4, 0.2, 70), ("lora", "sst2", 5e-4, 0.1, 70), ("lora", "sst2", 2.5e-3, 0.3, 70), ("lora", "sst2", 1e-2, 0.9, 50));

        Assert.Equal((1e-4, 2.5e-3, 5e-4), (tuned.Of("lora", "rte"), tuned.Of("dora", "rte"), tuned.Of("lora", "sst2")));
    }

    [Fact]
    public void ARateThatDivergedIsNotTaken()
    {
        var tuned = Read(
            ("lora", "rte", 1e-4, 0.69, 55), ("lora", "rte", 5e-4, 0.61, 60), ("lora", "rte", 2.5e-3, double.NaN, double.NaN), ("lora", "rte", 1e-2, double.PositiveInfinity, double.NaN),
            ("dora", "rte", 1e-4, double.PositiveInfinity, 0), ("dora", "rte", 5e-4, double.PositiveInfinity, 0), ("dora", "rte", 2.5e-3, double.PositiveInfinity, 0), ("dora", "rte", 1e-2, double.PositiveInfinity, 0));

        Assert.Equal(5e-4, tuned.Of("lora", "rte"));
        Assert.Contains("dora diverged on rte at every rate", Assert.Throws<UserErrorException>(() => tuned.Of("dora", "rte")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARateOutsideTheGridIsNotTaken()
    {
        var tuned = Read(("lora", "rte", 1e-4, 0.3, 70), ("lora", "rte", 5e-4, 0.2, 70), ("lora", "rte", 2.5e-3, 0.4, 70), ("lora", "rte", 1e-2, 0.9, 50), ("lora", "rte", 1, 0.1, 99));

        Assert.Equal(5e-4, tuned.Of("lora", "rte"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AnIncompleteGridIsRefusedByMethodAndTask(int rates)
    {
        (string, string, double, double, double)[] all = [("lora", "rte", 1e-4, 0.3, 70), ("lora", "rte", 5e-4, 0.2, 70)];
        var tuned = Read(all[..rates]);

        var error = Assert.Throws<UserErrorException>(() => tuned.Of("lora", "rte"));
        Assert.Contains("found no result of lora on rte, expected one for every rate of the grid", error.Message, StringComparison.Ordinal);
        Assert.Contains("lora on sst2", Assert.Throws<UserErrorException>(() => tuned.Of("lora", "sst2")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lora")]
    [InlineData("lora@fast")]
    public void ANameWithoutARateIsRefused(string name)
    {
        var error = Assert.Throws<UserErrorException>(() => ReadText(Row(name, "rte", "evaluation_loss", 0.5) + Row(name, "rte", "kept_step", Steps)));
        Assert.Contains($"found the method \"{name}\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TrialsOfDifferentLengthsAreRefused()
    {
        var error = Assert.Throws<UserErrorException>(() => ReadText(
            Rows(("lora", "rte", 1e-4, 0.3, 70), steps: 40) + Rows(("lora", "rte", 5e-4, 0.2, 70), steps: 80)));
        Assert.Contains("found 40, 80 as number of steps on rte", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheCommittedTuningHasARateForEveryMethodAndTask()
    {
        var tuned = TunedLearningRates.Read(Path.Combine(RepositoryPaths.Root, "results", "DebertaGlue", TunedLearningRates.TuningProfile, "results.csv"));

        foreach (var task in Tasks.Glue.GlueTask.All)
        {
            Assert.All(GlueMethod.All, method => Assert.Contains(tuned.Of(method.Id, task.Name), TunedLearningRates.Grid));
        }
    }

    private static TunedLearningRates Read(params (string Method, string Task, double Rate, double Loss, double Score)[] trials) =>
        ReadText(string.Concat(trials.Select(trial => Rows(trial, Steps))));

    private static TunedLearningRates ReadText(string rows)
    {
        using var folder = new TemporaryFolder();
        return TunedLearningRates.Read(folder.Write("results.csv", Header + rows));
    }

    private static string Rows((string Method, string Task, double Rate, double Loss, double Score) trial, int steps)
    {
        var name = TunedLearningRates.Variant(trial.Method, trial.Rate);
        return Row(name, trial.Task, "accuracy", trial.Score) + Row(name, trial.Task, "evaluation_loss", trial.Loss) + Row(name, trial.Task, "kept_step", steps);
    }

    private static string Row(string method, string task, string metric, double value) =>
        string.Create(CultureInfo.InvariantCulture, $"DebertaGlue,mini-tuning,{method},6,{task},1000,,{metric},{value},277,,\n");
}
