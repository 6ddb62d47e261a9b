using System.Globalization;
using Reproduction.Storage;

namespace Reproduction.Hosting.Execution;

/// <summary>Runs one trial in this process and stores its record, whatever happens inside it.</summary>
internal sealed class TrialRunner(HostSession session)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    /// <exception cref="OperationCanceledException">The run was interrupted; nothing is recorded.</exception>
    /// <exception cref="UserErrorException">The record cannot be stored.</exception>
    public TrialRecord Run(PlannedTrial planned, IProgress<TrialProgress> progress, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var trial = planned.Trial;
        using var held = Take(trial, cancellation);

        // Since the trial was planned: by a worker of a killed run, or by a job that an earlier run submitted.
        if (!session.Options.Force && Completed(trial) is { } byOther)
        {
            return byOther;
        }

        var clock = new TrialClock(session.Environment.Time, session.Store.CheckpointFolder(trial));
        TrialResult? result = null;
        string? error = null;
        try
        {
            Directory.CreateDirectory(session.Store.CheckpointFolder(trial));
            Directory.CreateDirectory(Emptied(session.Store.UnfinishedOutputFolder(trial)));
            using var log = new StreamWriter(session.Store.LogPath(trial), append: true) { AutoFlush = true };
            result = session.Experiment.Run(planned, Context(trial, progress, log, cancellation), cancellation);
            Check(trial, result);
            SavePictures(trial, result.Pictures);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            clock.Interrupt();
            throw;
        }
        catch (Exception exception)
        {
            (result, error) = (null, $"{exception.GetType().Name}: {exception.Message}\n{exception.StackTrace}");
        }

        var record = Record(trial, error, result, clock);
        Save(record);
        return record;
    }

    /// <summary>The record of a trial whose process ended before it could write one.</summary>
    public TrialRecord RecordLoss(Trial trial, string error, DateTimeOffset started, TimeSpan elapsed)
    {
        var record = Record(trial, error, null, new TrialClock(started, elapsed));
        Save(record);
        return record;
    }

    // A worker whose run was killed, or a job of an earlier one, may still be at work on the trial.
    private IDisposable Take(Trial trial, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(session.Store.LockPath(trial))!);
        while (true)
        {
            if (FolderLock.TryTake(session.Store.LockPath(trial)) is { } held)
            {
                return held;
            }

            if (cancellation.WaitHandle.WaitOne(Interval))
            {
                throw new OperationCanceledException(cancellation);
            }
        }
    }

    private TrialRecord? Completed(Trial trial) =>
        session.Store.Find(trial) is { Succeeded: true } record && record.Trial.DifferencesFrom(trial).Count == 0 ? record : null;

    // What could not be read back is not written.
    private void Check(Trial trial, TrialResult result)
    {
        var clock = new TrialClock(session.Environment.Time.GetUtcNow(), TimeSpan.Zero);
        if (RecordRules.Problem(Record(trial, null, result, clock)) is { } problem)
        {
            throw new InvalidOperationException($"The trial's result cannot be stored: {problem}.");
        }
    }

    private static string Emptied(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return folder;
    }

    private void SavePictures(Trial trial, IReadOnlyList<Picture> pictures)
    {
        Emptied(session.Store.PictureFolderOf(trial));
        foreach (var picture in pictures)
        {
            Directory.CreateDirectory(session.Store.PictureFolderOf(trial));
            AtomicFile.Write(session.Store.PicturePath(trial, picture.Name), picture.Png.ToArray());
        }
    }

    private void Save(TrialRecord record)
    {
        try
        {
            // What an earlier run left stays until this one has succeeded.
            var unfinished = session.Store.UnfinishedOutputFolder(record.Trial);
            if (record.Succeeded && Emptied(session.Store.OutputFolder(record.Trial)) is var output && record.Outputs.Count > 0)
            {
                Directory.Move(unfinished, output);
            }

            Emptied(unfinished);
            if (!record.Succeeded && session.Store.Find(record.Trial) is { Succeeded: true })
            {
                File.Move(session.Store.RecordPath(record.Trial), session.Store.ReplacedRecordPath(record.Trial), overwrite: true);
            }

            session.Store.Save(record);
            if (record.Succeeded)
            {
                File.Delete(session.Store.ReplacedRecordPath(record.Trial));
                session.Store.DeleteCheckpoints(record.Trial);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                $"{session.Store.RecordPath(record.Trial)} cannot be written: {exception.Message} "
                + "The run stops here. Completed results are kept.",
                exception);
        }
    }

    private TrialContext Context(Trial trial, IProgress<TrialProgress> progress, StreamWriter log, CancellationToken cancellation)
    {
        return new TrialContext
        {
            Trial = trial,
            Options = session.RunOptions,
            CheckpointFolder = session.Store.CheckpointFolder(trial),
            OutputFolder = session.Store.UnfinishedOutputFolder(trial),
            CacheFolder = session.Store.CacheFolder,
            Progress = progress,
            Log = Log,
            Shared = new SharedFolder(session.Store.SharedFolder, Log, cancellation).Get,
        };

        void Log(string line) =>
            log.WriteLine($"{session.Environment.Time.GetUtcNow().ToString("u", CultureInfo.InvariantCulture)} {line}");
    }

    private TrialRecord Record(Trial trial, string? error, TrialResult? result, TrialClock clock) => new()
    {
        Format = TrialRecord.CurrentFormat,
        Experiment = session.Experiment.Id,
        Profile = session.Profile.Name,
        Trial = trial,
        Error = error,
        Metrics = result?.Metrics ?? [],
        Predictions = result?.Predictions ?? [],
        Pictures = [.. (result?.Pictures ?? []).Select(picture => picture.Name)],
        Outputs = result?.Outputs ?? [],
        Manifest = Manifests.Of(session, result, clock),
    };
}
