using Experiments.Shared;
using Reproduction;
using Reproduction.Storage;

namespace SpectralExperiments.Tests;

/// <summary>What a run says about the sweep that its learning rates come from.</summary>
public sealed class SweepNoteTests : IDisposable
{
    private static readonly double[] Grid = [0.01, 0.1];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_incomplete_sweep_of_ones_own_is_not_passed_over_without_a_word()
    {
        Write("reference", ("lora", "rte", 0.01, 1), ("lora", "rte", 0.1, 2), ("lora", "cola", 0.01, 1), ("lora", "cola", 0.1, 2));
        Write("own", ("lora", "rte", 0.01, 1));

        var notes = Sweep().Notes(Options(), [("lora", "rte"), ("lora", "cola")]).ToList();

        Assert.Contains(notes, note => note.StartsWith("learning rates of 2 pairs of method and task: the reference sweep (40 steps), "));
        Assert.Contains(
            $"your own sweep, {Path.Combine(_folder.Root, "own", "Fake", "mini-sweep", "results.csv")}, is not used for 1 pair of method "
            + "and task (lora on rte): rates are missing. Run --profile mini-sweep to complete it.", notes);
    }

    [Fact]
    public void A_missing_results_file_of_a_sweep_is_replaced_by_its_records()
    {
        Write("own", ("lora", "rte", 0.01, 1), ("lora", "rte", 0.1, 2));
        var path = Path.Combine(_folder.Root, "own", "Fake", "mini-sweep", "results.csv");
        var rows = ResultsCsv.Read(path);
        var store = new ResultStore(Path.Combine(_folder.Root, "own"), "Fake", "mini-sweep");
        foreach (var trial in rows.GroupBy(row => row.Variant))
        {
            store.Save(Record(trial.Key, [.. trial.Select(row => new MetricRow(row.Metric, row.Value, row.Unit))]));
        }

        File.Delete(path);

        // The best one is at the edge of the grid, which is extended.
        Assert.Equal([0.001, 0.01, 0.1], Sweep().Rates("lora", "rte"));
    }

    private static TrialRecord Record(string variant, IReadOnlyList<MetricRow> metrics) => new()
    {
        Format = TrialRecord.CurrentFormat,
        Experiment = "Fake",
        Profile = "mini-sweep",
        Trial = new Trial("lora", "rte", 8, 0) { Variant = variant },
        Error = null,
        Metrics = metrics,
        Predictions = [],
        Pictures = [],
        Outputs = [],
        Manifest = new RunManifest
        {
            Started = DateTimeOffset.UnixEpoch, WallSeconds = 1, Resumed = 0, PeakMemoryBytes = 1, Device = "cpu", Machine = "m",
            CodeVersion = "1", Libraries = new Dictionary<string, string>(), CommandLine = [], Facts = new Dictionary<string, string>(),
        },
    };

    private static RunOptions Options() => new()
    {
        Profile = new Profile("mini", 1, "small"),
        Settings = new SettingValues([Setting.Of<double>("learning_rate", "")], []),
        Inputs = new Inputs(),
        Device = "cpu",
        Results = new StoredResults("", "", "Fake"),
    };

    private void Write(string root, params (string Method, string Task, double Rate, double Loss)[] trials) => _folder.Write(
        $"{root}/Fake/mini-sweep/results.csv",
        ResultsCsv.Format(
            from trial in trials
            from metric in ((string, double)[])[("accuracy", 50), ("evaluation_loss", trial.Loss), ("kept_step", 40)]
            select new ResultRow("Fake", "mini-sweep", trial.Method, 8, trial.Task, 0, null, metric.Item1, metric.Item2, null, null, "")
            {
                Variant = LearningRateSweep.Variant(trial.Rate),
            }));

    private LearningRateSweep Sweep() => new(
        LearningRateSweep.ProfileOf("mini"), Grid, _ => "accuracy",
        new StoredResults(Path.Combine(_folder.Root, "own"), Path.Combine(_folder.Root, "reference"), "Fake"));
}
