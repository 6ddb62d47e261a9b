using Reproduction.Storage;

namespace Reproduction.Hosting;

/// <summary>Runs trials one after the other in this process.</summary>
internal sealed class InProcessExecutor(HostSession session) : ITrialExecutor
{
    public void Run(IReadOnlyList<Trial> trials, IRunDisplay display, Action<TrialRecord> finished, CancellationToken cancellation)
    {
        var runner = new TrialRunner(session);
        foreach (var trial in trials)
        {
            display.Start(trial);
            var record = runner.Run(trial, new ProgressTo(progress => display.Progress(trial, progress)), cancellation);
            finished(record);
            display.Finish(trial, record);
        }
    }
}
