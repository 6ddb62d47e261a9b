using System.Globalization;
using Reproduction;
using Training;

namespace Experiments.Shared;

/// <summary>Tells the host of every training step.</summary>
public sealed class StepProgress(IProgress<TrialProgress> host) : IProgress<TrainingStep>
{
    /// <inheritdoc/>
    public void Report(TrainingStep value) => host.Report(new TrialProgress(
        value.Step, value.TotalSteps, string.Create(CultureInfo.InvariantCulture, $"loss {value.Loss:F3}")));
}
