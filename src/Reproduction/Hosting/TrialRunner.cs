using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Reproduction.Storage;

namespace Reproduction.Hosting;

/// <summary>Runs one trial in this process and stores its record, whatever happens inside it.</summary>
internal sealed class TrialRunner(HostSession session)
{
    /// <exception cref="OperationCanceledException">The run was interrupted; nothing is recorded.</exception>
    /// <exception cref="UserErrorException">The record cannot be stored.</exception>
    public TrialRecord Run(Trial trial, IProgress<TrialProgress> progress, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var time = session.Environment.Time;
        var (started, stamp) = (time.GetUtcNow(), time.GetTimestamp());
        TrialResult? result = null;
        string? error = null;
        try
        {
            Directory.CreateDirectory(session.Store.CheckpointFolder(trial));
            using var log = new StreamWriter(session.Store.LogPath(trial), append: true) { AutoFlush = true };
            result = session.Experiment.Run(trial, Context(trial, progress, log), cancellation);
            Check(result);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            (result, error) = (null, $"{exception.GetType().Name}: {exception.Message}\n{exception.StackTrace}");
        }

        var record = Record(trial, error, result, Manifest(started, time.GetElapsedTime(stamp), result));
        Save(record);
        return record;
    }

    /// <summary>The record of a trial whose process ended before it could write one.</summary>
    public TrialRecord RecordLoss(Trial trial, string error, DateTimeOffset started, TimeSpan elapsed)
    {
        var record = Record(trial, error, null, Manifest(started, elapsed, null));
        Save(record);
        return record;
    }

    private void Save(TrialRecord record)
    {
        try
        {
            session.Store.Save(record);
            if (record.Succeeded)
            {
                session.Store.DeleteCheckpoints(record.Trial);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                $"{session.Store.RecordPath(record.Trial)} cannot be written: {exception.Message} The run stops here; what is recorded stays.",
                exception);
        }
    }

    private TrialContext Context(Trial trial, IProgress<TrialProgress> progress, StreamWriter log) => new()
    {
        Profile = session.Profile,
        Options = session.ExperimentOptions,
        CheckpointFolder = session.Store.CheckpointFolder(trial),
        CacheFolder = session.Store.CacheFolder,
        Progress = progress,
        Log = line => log.WriteLine($"{session.Environment.Time.GetUtcNow().ToString("u", CultureInfo.InvariantCulture)} {line}"),
    };

    private static void Check(TrialResult result)
    {
        var twice = result.Metrics.GroupBy(row => (row.Metric, row.Step)).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new InvalidOperationException($"The trial reports {twice.Key} twice.");
        }
    }

    private TrialRecord Record(Trial trial, string? error, TrialResult? result, RunManifest manifest) => new()
    {
        Format = TrialRecord.CurrentFormat,
        Experiment = session.Experiment.Id,
        Profile = session.Profile.Name,
        Trial = trial,
        Error = error,
        Metrics = result?.Metrics ?? [],
        Predictions = result?.Predictions ?? [],
        Manifest = manifest,
    };

    private RunManifest Manifest(DateTimeOffset started, TimeSpan elapsed, TrialResult? result)
    {
        using var process = Process.GetCurrentProcess();
        return new RunManifest
        {
            Started = started,
            WallSeconds = elapsed.TotalSeconds,
            PeakMemoryBytes = process.PeakWorkingSet64,
            Device = session.Options.Device,
            Machine = $"{Environment.MachineName}, {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors",
            CodeVersion = Version(session.Experiment.GetType().Assembly),
            Libraries = Libraries(),
            CommandLine = session.Options.Arguments,
            Facts = result?.Facts ?? new Dictionary<string, string>(),
        };
    }

    private static SortedDictionary<string, string> Libraries()
    {
        var libraries = new SortedDictionary<string, string>(StringComparer.Ordinal) { [".NET"] = Environment.Version.ToString() };
        var runtime = RuntimeEnvironment.GetRuntimeDirectory();
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic))
        {
            if (assembly.GetName().Name is { } name && !assembly.Location.StartsWith(runtime, StringComparison.Ordinal))
            {
                libraries[name] = Version(assembly).Split('+')[0];
            }
        }

        return libraries;
    }

    // The informational version names the commit too.
    private static string Version(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? assembly.GetName().Version?.ToString()
        ?? "unknown";
}
