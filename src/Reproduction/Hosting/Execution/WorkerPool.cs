using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Reproduction.Hosting.Display;
using Reproduction.Storage;

namespace Reproduction.Hosting.Execution;

/// <summary>Runs trials in several one-thread processes, which beats one process of several threads on small models.</summary>
internal sealed class WorkerPool(HostSession session, int jobs) : ITrialExecutor
{
    public void Run(
        IReadOnlyList<PlannedTrial> trials, IRunDisplay display, Action<TrialRecord> finished, Action<Trial, string> unfinished,
        CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var queue = new ConcurrentQueue<Trial>(trials.Select(planned => planned.Trial));
        var guard = new Lock();
        var problems = new ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, Math.Min(jobs, trials.Count)).Select(_ => new Thread(Work)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (problems.FirstOrDefault(problem => problem is not OperationCanceledException) is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }

        cancellation.ThrowIfCancellationRequested();

        void Work()
        {
            WorkerProcess? worker = null;
            try
            {
                while (!stop.IsCancellationRequested && queue.TryDequeue(out var trial))
                {
                    display.Start(trial);
                    worker ??= new WorkerProcess(session, stop.Token);
                    var record = worker.Run(trial, progress => display.Progress(trial, progress));
                    if (worker.HasEnded)
                    {
                        worker.Dispose();
                        worker = null;
                    }

                    lock (guard)
                    {
                        finished(record);
                    }

                    display.Finish(trial, record);
                }
            }
            catch (Exception exception)
            {
                problems.Enqueue(exception);
                stop.Cancel();
            }
            finally
            {
                worker?.Dispose();
            }
        }
    }
}
