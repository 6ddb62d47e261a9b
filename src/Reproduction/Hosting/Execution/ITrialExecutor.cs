using Reproduction.Hosting.Display;
using Reproduction.Storage;

namespace Reproduction.Hosting.Execution;

/// <summary>Brings a list of trials to their records.</summary>
internal interface ITrialExecutor
{
    /// <summary>Runs the trials; a failing one does not stop the others.</summary>
    /// <param name="trials">The trials, in the order in which they are started.</param>
    /// <param name="display">Is told what happens.</param>
    /// <param name="finished">Takes each record once it is stored; never called twice at once.</param>
    /// <param name="unfinished">Takes each trial that has ended without a record, and why: the same command runs it again.</param>
    /// <param name="cancellation">Interrupts the run.</param>
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    /// <exception cref="UserErrorException">Records can no longer be stored.</exception>
    void Run(
        IReadOnlyList<PlannedTrial> trials, IRunDisplay display, Action<TrialRecord> finished, Action<Trial, string> unfinished,
        CancellationToken cancellation);
}
