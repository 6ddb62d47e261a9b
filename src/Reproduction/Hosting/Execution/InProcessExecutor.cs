using Reproduction.Hosting.Display;
using Reproduction.Storage;

namespace Reproduction.Hosting.Execution;

/// <summary>Runs trials one after the other in this process.</summary>
internal sealed class InProcessExecutor(HostSession session) : ITrialExecutor
{
    public void Run(
        IReadOnlyList<PlannedTrial> trials, IRunDisplay display, Action<TrialRecord> finished, Action<Trial, string> unfinished,
        CancellationToken cancellation)
    {
        var runner = new TrialRunner(session);
        foreach (var planned in trials)
        {
            display.Start(planned.Trial);
            var record = runner.Run(planned, new ProgressTo(progress => display.Progress(planned.Trial, progress)), cancellation);
            finished(record);
            display.Finish(planned.Trial, record);
        }
    }
}
