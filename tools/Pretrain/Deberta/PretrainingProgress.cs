using System.Diagnostics;
using Training;

namespace Pretrain.Deberta;

/// <summary>Prints the loss and the remaining time, and keeps the model of an unfinished run up to date.</summary>
internal sealed class PretrainingProgress(TextWriter log, int reportSteps, int exportSteps, Action export) : IProgress<TrainingStep>
{
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private double sum;
    private int count;
    private int steps;

    /// <summary>Whether this process has taken a step.</summary>
    public bool HasStarted => steps > 0;

    public void Report(TrainingStep step)
    {
        steps++;
        (sum, count) = (sum + step.Loss, count + 1);
        if (step.Step % reportSteps == 0)
        {
            var left = clock.Elapsed / steps * (step.TotalSteps - step.Step);
            log.WriteLine(FormattableString.Invariant($"step {step.Step} of {step.TotalSteps}, loss {sum / count:F4}, {left:d\\.hh\\:mm\\:ss} left"));
            (sum, count) = (0, 0);
        }

        if (step.Step % exportSteps == 0)
        {
            export();
        }
    }
}
