using Experiments.Shared;
using Reproduction;
using Reproduction.Storage;

namespace SpectralExperiments.Tests;

public sealed class LearningRateSweepTests : IDisposable
{
    private const int Steps = 40;

    private static readonly double[] Grid = [1e-4, 5e-4, 2.5e-3, 1e-2];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_rate_of_the_lowest_evaluation_loss_is_taken_whatever_the_score()
    {
        var sweep = Reference(Tried("lora", "rte", (1e-4, 0.69, 70), (5e-4, 0.61, 55), (2.5e-3, 0.62, 80), (1e-2, 0.9, 50)));

        var (rate, choice) = sweep.Choose("lora", "rte");

        Assert.Equal(5e-4, rate);
        Assert.Equal(Grid, choice.Rates);
        Assert.Equal(Steps, choice.Steps);
        Assert.Equal([1000], choice.Seeds);
    }

    [Fact]
    public void Among_equal_losses_the_higher_score_decides() => Assert.Equal(
        5e-4, Reference(Tried("lora", "rte", (1e-4, 0.61, 54), (5e-4, 0.61, 55), (2.5e-3, 0.62, 80), (1e-2, 0.9, 50)))
            .Choose("lora", "rte").LearningRate);

    [Fact]
    public void Every_task_and_method_has_a_rate_of_its_own()
    {
        var sweep = Reference(
        [
            .. Tried("lora", "rte", (1e-4, 0.1, 70), (5e-4, 0.2, 70), (2.5e-3, 0.3, 70), (1e-2, 0.9, 50)),
            .. Tried("dora", "rte", (1e-4, 0.3, 70), (5e-4, 0.2, 70), (2.5e-3, 0.1, 70), (1e-2, 0.9, 50)),
            .. Tried("lora", "sst2", (1e-4, 0.2, 70), (5e-4, 0.1, 70), (2.5e-3, 0.3, 70), (1e-2, 0.9, 50)),
        ]);

        Assert.Equal(
            (1e-4, 2.5e-3, 5e-4),
            (sweep.Choose("lora", "rte").LearningRate,
                sweep.Choose("dora", "rte").LearningRate, sweep.Choose("lora", "sst2").LearningRate));
    }

    [Fact]
    public void A_rate_that_diverged_is_not_taken()
    {
        const double worst = double.PositiveInfinity;
        var sweep = Reference(
        [
            .. Tried("lora", "rte", (1e-4, 0.69, 55), (5e-4, 0.61, 60), (2.5e-3, double.NaN, double.NaN), (1e-2, worst, double.NaN)),
            .. Tried("dora", "rte", (1e-4, worst, 0), (5e-4, worst, 0), (2.5e-3, worst, 0), (1e-2, worst, 0)),
        ]);

        Assert.Equal(5e-4, sweep.Choose("lora", "rte").LearningRate);
        Assert.Contains(
            "dora diverged on rte at every rate",
            Assert.Throws<UserErrorException>(() => sweep.Choose("dora", "rte")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_incomplete_grid_is_refused_by_method_and_task(int rates)
    {
        var sweep = Reference(Tried("lora", "rte", [.. Grid[..rates].Select(rate => (rate, 0.3, 70.0))]));

        var message = Assert.Throws<UserErrorException>(() => sweep.Choose("lora", "rte")).Message;
        Assert.Contains(
            "found no result of lora on rte for every rate of the grid, 0.0001, 0.0005, 0.0025, 0.01", message, StringComparison.Ordinal);
        Assert.Contains("--profile mini-sweep", message, StringComparison.Ordinal);
        Assert.Contains(
            "lora on sst2", Assert.Throws<UserErrorException>(() => sweep.Choose("lora", "sst2")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trials_without_a_chosen_rate_are_listed_and_refused_when_they_are_to_run()
    {
        Write("reference", Falling(Grid, best: 5e-4));
        var (sweep, options) = (Sweep(), Options("mini"));
        var trials = new[] { "lora", "dora" }.SelectMany(method =>
            sweep.Apply(options, method, "rte", new() { LearningRate = 1, MaxSteps = 10, BatchSize = 8 })
                .Select(entry => (Trial: new Trial(method, "rte", 4, 0), entry.Settings.LearningRate, entry.Choice))).ToList();

        Assert.Equal([("lora", 5e-4), ("dora", 0)], trials.Select(entry => (entry.Trial.Method, entry.LearningRate)));
        sweep.Require(trials.Take(1).Select(entry => (entry.Trial, entry.Choice)));
        var refused = Assert.Throws<UserErrorException>(() => sweep.Require(trials.Select(entry => (entry.Trial, entry.Choice))));
        Assert.Contains("found no result of dora on rte", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variant_that_is_no_rate_is_refused()
    {
        var rows = Tried("lora", "rte", (1e-4, 0.5, 70)).Select(row => row with { Variant = "learning_rate=fast" });

        Assert.Contains("learning_rate=fast", Assert.Throws<UserErrorException>(() => Reference(rows)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trials_of_different_lengths_are_refused()
    {
        var sweep = Reference(
        [
            .. Tried("lora", "rte", (1e-4, 0.3, 70), (5e-4, 0.2, 70), (2.5e-3, 0.4, 70)),
            .. Tried("lora", "rte", (1e-2, 0.5, 70)).Select(row => row.Metric == "kept_step" ? row with { Value = 80 } : row),
        ]);

        Assert.Contains(
            "found 40, 80 as number of steps on rte",
            Assert.Throws<UserErrorException>(() => sweep.Choose("lora", "rte")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_best_rate_at_an_edge_extends_the_grid_by_one_step_at_most_twice()
    {
        Assert.Equal(Grid, Own([]).Rates("lora", "rte"));
        Assert.Equal(Grid, Own(Tried("lora", "rte", (1e-4, 0.3, 70), (5e-4, 0.2, 70))).Rates("lora", "rte"));
        Assert.Equal(Grid, Own(Falling(Grid, best: 5e-4)).Rates("lora", "rte"));
        Assert.Equal([.. Grid, 0.04], Own(Falling(Grid, best: 1e-2)).Rates("lora", "rte"));
        Assert.Equal([.. Grid, 0.04, 0.16], Own(Falling([.. Grid, 0.04], best: 0.04)).Rates("lora", "rte"));
        Assert.Equal([.. Grid, 0.04, 0.16], Own(Falling([.. Grid, 0.04, 0.16], best: 0.16)).Rates("lora", "rte"));
        Assert.Equal([2e-5, .. Grid], Own(Falling(Grid, best: 1e-4)).Rates("lora", "rte"));
        Assert.Equal([4e-6, 2e-5, .. Grid], Own(Falling([2e-5, .. Grid], best: 2e-5)).Rates("lora", "rte"));
        Assert.Equal([.. Grid, 0.04], Own(Falling([.. Grid, 0.04], best: 1e-2)).Rates("lora", "rte"));
    }

    [Fact]
    public void The_users_own_sweep_is_taken_once_it_is_complete_and_the_reference_until_then()
    {
        Write("reference", Falling(Grid, best: 5e-4));
        Write("own", Falling(Grid, best: 1e-2));
        (string, string)[] pairs = [("lora", "rte")];

        // Its grid has to be extended first.
        Assert.Equal(5e-4, Sweep().Choose("lora", "rte").LearningRate);
        Assert.Contains("the reference sweep", Sweep().Notes(Options("mini"), pairs).First(), StringComparison.Ordinal);

        Write("own", Falling([.. Grid, 0.04], best: 1e-2));
        var (rate, choice) = Sweep().Choose("lora", "rte");
        Assert.Equal(1e-2, rate);
        Assert.Equal([.. Grid, 0.04], choice.Rates);
        Assert.Contains("your own sweep", Assert.Single(Sweep().Notes(Options("mini"), pairs)), StringComparison.Ordinal);
        Assert.Empty(Sweep().Notes(Options("mini-sweep"), pairs));
    }

    [Fact]
    public void Settings_of_a_sweep_are_one_for_each_rate_and_elsewhere_the_chosen_or_given_one()
    {
        Write("reference", Falling(Grid, best: 5e-4));
        var settings = new FineTuningSettings { LearningRate = 1, MaxSteps = 10, BatchSize = 8 };

        Assert.Equal(
            Grid.Select(rate => (LearningRateSweep.Variant(rate), rate)),
            Sweep().Apply(Options("mini-sweep"), "lora", "rte", settings).Select(entry => (entry.Variant, entry.Settings.LearningRate)));
        var chosen = Sweep().Apply(Options("mini", "max_steps=3"), "lora", "rte", settings).Single();
        Assert.Equal(("", 5e-4, 3), (chosen.Variant, chosen.Settings.LearningRate, chosen.Settings.MaxSteps));
        Assert.NotNull(chosen.Choice);
        var given = Sweep().Apply(Options("mini", "learning_rate=0.5"), "lora", "rte", settings).Single();
        Assert.Equal(("", 0.5, null), (given.Variant, given.Settings.LearningRate, given.Choice));
        Assert.Contains("has no effect at profile mini-sweep", Assert.Throws<UserErrorException>(
            () => Sweep().Apply(Options("mini-sweep", "learning_rate=0.5"), "lora", "rte", settings)
                .ToList()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_reference_sweep_has_a_rate_for_every_method_and_task_of_glue()
    {
        foreach (var (trial, spec) in GlueOptions.Experiment.Trials(GlueOptions.Of("mini")))
        {
            Assert.Contains(spec.Training.LearningRate, DebertaGlue.DebertaGlueExperiment.Grid);
            Assert.Equal(trial.Task == "cola" ? 300 : 125, spec.Sweep!.Steps);
        }
    }

    private static IEnumerable<ResultRow> Tried(string method, string task, params (double Rate, double Loss, double Score)[] trials) =>
        from trial in trials
        from metric in ((string, double)[])[("accuracy", trial.Score), ("evaluation_loss", trial.Loss), ("kept_step", Steps)]
        select new ResultRow("Fake", "mini-sweep", method, 6, task, 1000, null, metric.Item1, metric.Item2, 277, null, "")
        {
            Variant = LearningRateSweep.Variant(trial.Rate),
        };

    // The loss falls towards the best rate.
    private static IEnumerable<ResultRow> Falling(double[] rates, double best) =>
        Tried("lora", "rte", [.. rates.Select(rate => (rate, Math.Abs(Math.Log(rate / best)), 50.0))]);

    private static RunOptions Options(string profile, params string[] settings) => new()
    {
        Profile = new Profile(profile, 1, "small") { IsSweep = profile == "mini-sweep" },
        Settings = new SettingValues(FineTuningSettings.Settings("", "", ""), settings),
        Inputs = new Inputs(),
        Device = "cpu",
        Results = new StoredResults("", "", "Fake"),
    };

    private LearningRateSweep Reference(IEnumerable<ResultRow> rows)
    {
        Write("reference", rows);
        return Sweep();
    }

    private LearningRateSweep Own(IEnumerable<ResultRow> rows)
    {
        Write("own", rows);
        return Sweep();
    }

    private void Write(string root, IEnumerable<ResultRow> rows) =>
        _folder.Write($"{root}/Fake/mini-sweep/results.csv", ResultsCsv.Format(rows));

    private LearningRateSweep Sweep() => new(
        LearningRateSweep.ProfileOf("mini"), Grid, _ => "accuracy",
        new StoredResults(Path.Combine(_folder.Root, "own"), Path.Combine(_folder.Root, "reference"), "Fake"));
}
