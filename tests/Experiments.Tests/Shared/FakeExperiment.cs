using Experiments.Shared;
using Reproduction;

namespace SpectralExperiments.Tests;

/// <summary>
/// All that an experiment of the paper needs, on one page: two methods at two ranks of a smaller model, a prerequisite that all trials
/// share, pictures, and a learning-rate sweep.
/// </summary>
internal sealed class FakeExperiment : Experiment<FakeSpec>
{
    private static readonly (int Mini, int Published)[] Ranks = [(2, 8), (4, 16)];
    private static readonly double[] Grid = [0.01, 0.1];

    public override string Id => "Fake";

    public override string Title => "A fake experiment";

    public override string PaperSection => "Section 0";

    public override IReadOnlyList<Profile> Profiles { get; } =
    [
        new("mini", 1, "small"), new(LearningRateSweep.ProfileOf("mini"), 1, "the rates of mini") { IsSweep = true },
    ];

    public override IReadOnlyList<Setting> Settings { get; } = FineTuningSettings.Settings("the sweep's", "3 steps", "none");

    public override IReadOnlyList<string> Artefacts => ["fake"];

    public override IReadOnlyList<string> Notes(IReadOnlyList<Trial> trials, RunOptions options) =>
        [.. Sweep(options).Notes(options, [.. trials.Select(trial => (trial.Method, trial.Task)).Distinct()])];

    public override IEnumerable<(Trial Trial, FakeSpec Spec)> Trials(RunOptions options) =>
        from method in (string[])["lora", "spectral-a"]
        from rank in Ranks
        from entry in Sweep(options).Apply(
            options, method, "vase", new FineTuningSettings { LearningRate = 1, MaxSteps = 3, BatchSize = 4 })
        from seed in Enumerable.Range(0, options.Profile.Seeds)
        select (
            new Trial(method, "vase", rank.Mini, seed) { PublishedRank = rank.Published, Variant = entry.Variant },
            new FakeSpec(entry.Settings, entry.Choice));

    public override void Check(IReadOnlyList<(Trial Trial, FakeSpec Spec)> trials, RunOptions options) =>
        Sweep(options).Require(trials.Select(entry => (entry.Trial, entry.Spec.Sweep)));

    public override TrialResult Run(FakeSpec spec, TrialContext context, CancellationToken cancellation)
    {
        var folder = context.Shared("the concept", made => File.WriteAllText(Path.Combine(made, "concept.txt"), "42"));
        var score = double.Parse(File.ReadAllText(Path.Combine(folder, "concept.txt"))) + (context.Trial.Rank!.Value / 10.0);
        return new TrialResult(
        [
            new MetricRow("accuracy", score, "%", N: 4, StandardError: 0.5),
            new MetricRow(TrainingMetrics.EvaluationLoss, Math.Abs(spec.Training.LearningRate - 0.4)),
            new MetricRow(TrainingMetrics.KeptStep, spec.Training.MaxSteps!.Value),
        ])
        {
            Predictions = [new("accuracy", PredictionScore.Mean, [score, score], [])],
            Pictures = [new Picture("vase", new byte[] { 0x89, 0x50, 0x4E, 0x47 })],
        };
    }

    private static LearningRateSweep Sweep(RunOptions options) =>
        new(LearningRateSweep.ProfileOf("mini"), Grid, _ => "accuracy", options.Results);
}
