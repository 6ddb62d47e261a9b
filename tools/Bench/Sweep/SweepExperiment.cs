using Bench.Torch;
using Reproduction;
using TorchSharp;

namespace Bench.Sweep;

/// <summary>Eight equal trials, each some seconds of training the toy transformer on one thread.</summary>
internal sealed class SweepExperiment : Experiment
{
    public override string Id => "Sweep";

    public override string Title => "A sweep to measure throughput with";

    public override string PaperSection => "No section";

    public override IReadOnlyList<Profile> Profiles { get; } = [new("bench", Seeds: 8, "eight trials")];

    public override IReadOnlyList<Setting> Settings { get; } = [Setting.Of<int>("steps", "training steps of a trial; default 60")];

    public override IReadOnlyList<Trial> Trials(Profile profile, ExperimentOptions options) =>
        [.. Enumerable.Range(0, profile.Seeds).Select(seed => new Trial("full", "toy", null, seed))];

    public override TrialPlan Plan(Trial trial, Profile profile) => new(0, 0, 1, 0, 0);

    public override TrialResult Run(Trial trial, TrialContext context, CancellationToken cancellation)
    {
        torch.set_num_threads(1);
        using var training = new ToyTraining();
        var steps = context.Options.Settings.Get("steps", 60);
        for (var step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            training.Step();
            context.Progress.Report(new TrialProgress(step + 1, steps, ""));
        }

        return new TrialResult([new MetricRow("steps", steps)]);
    }
}
