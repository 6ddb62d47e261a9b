using System.Collections.Concurrent;
using Reproduction.Hosting.Display;

namespace Reproduction.Hosting.Execution;

/// <summary>
/// The inside of a worker process: runs the trials whose keys it reads, one after the other. The end of its input, which
/// also comes when the starting process dies, interrupts it.
/// </summary>
internal sealed class WorkerLoop(HostSession session)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    public int Run(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var keys = new BlockingCollection<string>();
        var reader = new Thread(() =>
        {
            var input = session.Environment.Input();
            while (input.ReadLine() is { } line)
            {
                keys.Add(line);
            }

            keys.CompleteAdding();
            stop.Cancel();
        }) { IsBackground = true };
        reader.Start();

        var trials = session.Planned.ToDictionary(planned => planned.Trial.Key, StringComparer.Ordinal);
        var runner = new TrialRunner(session);
        try
        {
            foreach (var key in keys.GetConsumingEnumerable(stop.Token))
            {
                var planned = trials.GetValueOrDefault(key)
                    ?? throw new UserErrorException($"The trial {key} is no longer planned: rerun the same command.");
                runner.Run(session.WithInputs(planned), ThrottledProgress(), stop.Token);
                Send(new WorkerMessage(Finished: true));
            }

            return 0;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        catch (UserErrorException exception)
        {
            Send(new WorkerMessage(Fatal: exception.Message));
            return 1;
        }
    }

    private ProgressTo ThrottledProgress()
    {
        var time = session.Environment.Time;
        long? told = null;
        return new ProgressTo(progress =>
        {
            if (told is { } last && time.GetElapsedTime(last) < Interval)
            {
                return;
            }

            told = time.GetTimestamp();
            Send(new WorkerMessage(progress));
        });
    }

    private void Send(WorkerMessage message)
    {
        session.Environment.Output.WriteLine(message.Write());
        session.Environment.Output.Flush();
    }
}
