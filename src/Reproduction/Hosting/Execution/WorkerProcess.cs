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

    private readonly HostSession _session;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _interruption;
    private readonly Process _process;
    private readonly StringBuilder _lastWords = new();

    public WorkerProcess(HostSession session, CancellationToken cancellation)
    {
        (_session, _cancellation) = (session, cancellation);
        var command = session.Environment.WorkerCommand;
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), .. session.Options.Arguments, "--worker"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // OpenMP reads it when it is loaded, so it cannot be set from inside the worker.
        start.Environment["OMP_NUM_THREADS"] = "1";
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} could not be started.");
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginErrorReadLine();
        _interruption = cancellation.Register(_process.StandardInput.Close);
    }

    /// <summary>Whether the process is gone, so that another one is needed.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Runs one trial; the loss of the process becomes a failed record.</summary>
    public TrialRecord Run(Trial trial, Action<TrialProgress> report)
    {
        var time = _session.Environment.Time;
        var (started, stamp) = (time.GetUtcNow(), time.GetTimestamp());
        Send(trial.Key);
        while (_process.StandardOutput.ReadLine() is { } line)
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
                    return _session.Store.Find(trial)
                        ?? throw new UserErrorException($"{_session.Store.RecordPath(trial)}: record missing after completion.");
            }
        }

        _process.WaitForExit();
        HasEnded = true;
        _cancellation.ThrowIfCancellationRequested();
        var error = string.Create(CultureInfo.InvariantCulture, $"The worker process ended with code {_process.ExitCode}.\n{_lastWords}");
        return new TrialRunner(_session).RecordLoss(trial, error, started, time.GetElapsedTime(stamp));
    }

    public void Dispose()
    {
        _interruption.Dispose();
        _process.StandardInput.Close();
        if (!_process.WaitForExit(Patience))
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Send(string key)
    {
        try
        {
            _process.StandardInput.WriteLine(key);
            _process.StandardInput.Flush();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The process is gone, or is being interrupted: its output ends, which is handled there.
            Keep(exception.Message);
        }
    }

    private void Keep(string? line)
    {
        lock (_lastWords)
        {
            _lastWords.AppendLine(line);
            if (_lastWords.Length > KeptText)
            {
                _lastWords.Remove(0, _lastWords.Length - KeptText);
            }
        }
    }
}
