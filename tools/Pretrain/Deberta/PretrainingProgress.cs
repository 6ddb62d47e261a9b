using System.Diagnostics;
using Training;

namespace Pretrain.Deberta;

/// <summary>Prints the loss and the remaining time, and keeps the model of an unfinished run up to date.</summary>
internal sealed class PretrainingProgress(TextWriter log, int reportSteps, int exportSteps, Action export) : IProgress<TrainingStep>
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private double _sum;
    private int _count;
    private int _steps;

    /// <summary>Whether this process has taken a step.</summary>
    public bool HasStarted => _steps > 0;

    public void Report(TrainingStep step)
    {
        _steps++;
        (_sum, _count) = (_sum + step.Loss, _count + 1);
        if (step.Step % reportSteps == 0)
        {
            var left = _clock.Elapsed / _steps * (step.TotalSteps - step.Step);
            log.WriteLine(FormattableString.Invariant(
                $"step {step.Step} of {step.TotalSteps}, loss {_sum / _count:F4}, {left:d\\.hh\\:mm\\:ss} left"));
            (_sum, _count) = (0, 0);
        }

        if (step.Step % exportSteps == 0)
        {
            export();
        }
    }
}
