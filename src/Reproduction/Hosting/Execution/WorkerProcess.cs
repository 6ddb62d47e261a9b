using System.Diagnostics;
using System.Globalization;
using System.Text;
using Reproduction.Storage;

namespace Reproduction.Hosting.Execution;

/// <summary>The outside of one worker process.</summary>
internal sealed class WorkerProcess : IDisposable
{
    // Enough for a checkpoint of the largest model to be written.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private const int KeptText = 4000;

    private readonly HostSession session;
    private readonly CancellationToken cancellation;
    private readonly CancellationTokenRegistration interruption;
    private readonly Process process;
    private readonly StringBuilder lastWords = new();

    public WorkerProcess(HostSession session, CancellationToken cancellation)
    {
        (this.session, this.cancellation) = (session, cancellation);
        var command = session.Environment.WorkerCommand;
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), .. session.Options.Arguments, "--worker"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // OpenMP reads it when it is loaded, so it cannot be set from inside the worker.
        start.Environment["OMP_NUM_THREADS"] = "1";
        process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} could not be started.");
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
        interruption = cancellation.Register(process.StandardInput.Close);
    }

    /// <summary>Whether the process is gone, so that another one is needed.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Runs one trial; the loss of the process becomes a failed record.</summary>
    public TrialRecord Run(Trial trial, Action<TrialProgress> report)
    {
        var time = session.Environment.Time;
        var (started, stamp) = (time.GetUtcNow(), time.GetTimestamp());
        Send(trial.Key);
        while (process.StandardOutput.ReadLine() is { } line)
        {
            switch (WorkerMessage.Read(line))
            {
                case { Fatal: { } reason }:
                    throw new UserErrorException(reason);
                case { Progress: { } progress }:
                    report(progress);
                    break;
                case null:
                    Keep(line);
                    break;
                case { Finished: true }:
                    return session.Store.Find(trial) ?? throw new UserErrorException($"{session.Store.RecordPath(trial)}: record missing after completion.");
            }
        }

        process.WaitForExit();
        HasEnded = true;
        cancellation.ThrowIfCancellationRequested();
        var error = string.Create(CultureInfo.InvariantCulture, $"The worker process ended with code {process.ExitCode}.\n{lastWords}");
        return new TrialRunner(session).RecordLoss(trial, error, started, time.GetElapsedTime(stamp));
    }

    public void Dispose()
    {
        interruption.Dispose();
        process.StandardInput.Close();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
    }

    private void Send(string key)
    {
        try
        {
            process.StandardInput.WriteLine(key);
            process.StandardInput.Flush();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The process is gone, or is being interrupted: its output ends, which is handled there.
            Keep(exception.Message);
        }
    }

    private void Keep(string? line)
    {
        lock (lastWords)
        {
            lastWords.AppendLine(line);
            if (lastWords.Length > KeptText)
            {
                lastWords.Remove(0, lastWords.Length - KeptText);
            }
        }
    }
}
