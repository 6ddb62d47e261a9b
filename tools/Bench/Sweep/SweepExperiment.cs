using Bench.Torch;
using Reproduction;
using TorchSharp;

namespace Bench.Sweep;

/// <summary>Eight equal trials, each some seconds of training the toy transformer on one thread.</summary>
internal sealed class SweepExperiment : Experiment<SweepSpec>
{
    private const string StepsName = "steps";
    private const int DefaultSteps = 60;

    public override string Id => "Sweep";

    public override string Title => "A sweep to measure throughput with";

    public override string PaperSection => "No section";

    public override IReadOnlyList<Profile> Profiles { get; } = [new("bench", Seeds: 8, "eight trials")];

    public override IReadOnlyList<Setting> Settings { get; } = [Setting.Of<int>(StepsName, "training steps of a trial; default 60")];

    public override IEnumerable<(Trial Trial, SweepSpec Spec)> Trials(RunOptions options) =>
        Enumerable.Range(0, options.Profile.Seeds)
            .Select(seed => (new Trial("full", "toy", null, seed), new SweepSpec(options.Settings.Get(StepsName, DefaultSteps))));

    public override TrialResult Run(SweepSpec spec, TrialContext context, CancellationToken cancellation)
    {
        torch.set_num_threads(1);
        using var training = new ToyTraining();
        for (var step = 0; step < spec.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            training.Step();
            context.Progress.Report(new TrialProgress(step + 1, spec.Steps, ""));
        }

        return new TrialResult([new MetricRow("steps", spec.Steps)]);
    }
}
