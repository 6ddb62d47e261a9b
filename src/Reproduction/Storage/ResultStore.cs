using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Reproduction.Storage;

/// <summary>
/// The results folder of one experiment at one profile. The records under <c>runs/</c> are the truth; results.csv is made
/// from them, and stands for them where they are absent (a fresh clone).
/// </summary>
public sealed class ResultStore
{
    /// <summary>The folder of the reference results among all results.</summary>
    public const string ReferenceName = "reference";

    // SpectralAdapters, whose files are in the checkpoint folders, names unfinished files in the same way.
    private const string Unfinished = "*" + AtomicFile.UnfinishedExtension;

    private const string CheckpointExtension = ".checkpoint";

    // Enough to tell the settings of one trial apart, and short in a listing.
    private const int FingerprintLength = 8;

    private readonly string _experiment;
    private readonly string _profile;
    private readonly string _runs;

    /// <param name="root">The results folder, such as results/ of the repository.</param>
    /// <param name="experiment">The experiment's id.</param>
    /// <param name="profile">The profile's name.</param>
    public ResultStore(string root, string experiment, string profile)
    {
        (_experiment, _profile) = (experiment, profile);
        Folder = Path.Combine(root, experiment, profile);
        _runs = Path.Combine(Folder, "runs");
        CacheFolder = Path.Combine(root, "runs", "cache");
    }

    /// <summary>results/&lt;experiment&gt;/&lt;profile&gt;.</summary>
    public string Folder { get; }

    /// <summary>The path of results.csv.</summary>
    public string CsvPath => Path.Combine(Folder, "results.csv");

    /// <summary>The path of the checksum of results.csv, as <c>sha256sum</c> writes it.</summary>
    public string ChecksumPath => Path.Combine(Folder, "results.sha256");

    /// <summary>The folder of the figures.</summary>
    public string FigureFolder => Path.Combine(Folder, "figures");

    /// <summary>The folder for caches that all experiments share.</summary>
    public string CacheFolder { get; }

    /// <summary>The folder of what several trials share (<see cref="TrialContext.Shared"/>).</summary>
    public string SharedFolder => Path.Combine(_runs, "shared");

    /// <summary>The folder of the trials' pictures.</summary>
    public string PictureFolder => Path.Combine(Folder, "pictures");

    /// <summary>The folder for a trial's training checkpoints: another one for other settings, data or weights.</summary>
    public string CheckpointFolder(Trial trial) =>
        Path.Combine(_runs, $"{trial.Key}.{trial.Fingerprint[..FingerprintLength]}{CheckpointExtension}");

    /// <summary>The folder for what a trial leaves beside its record.</summary>
    public string OutputFolder(Trial trial) => Path.Combine(_runs, trial.Key + ".output");

    /// <summary>What becomes <see cref="OutputFolder"/> once the trial has succeeded.</summary>
    public string UnfinishedOutputFolder(Trial trial) => OutputFolder(trial) + AtomicFile.UnfinishedExtension;

    /// <summary>The folder of a trial's pictures.</summary>
    public string PictureFolderOf(Trial trial) => Path.Combine(PictureFolder, trial.Key);

    /// <summary>A picture of a trial.</summary>
    public string PicturePath(Trial trial, string name) => Path.Combine(PictureFolderOf(trial), name + ".png");

    /// <summary>The file that the process which runs the trial locks: it may outlive the run that started it.</summary>
    public string LockPath(Trial trial) => Path.Combine(_runs, "locks", trial.Key + ".lock");

    /// <summary>The trial's log file.</summary>
    public string LogPath(Trial trial) => Path.Combine(_runs, trial.Key + ".log");

    /// <summary>The trial's record.</summary>
    public string RecordPath(Trial trial) => Path.Combine(_runs, trial.Key + ".json");

    /// <summary>What becomes of a good record when the trial is run again and fails.</summary>
    public string ReplacedRecordPath(Trial trial) => RecordPath(trial) + ".replaced";

    /// <summary>Whether there is any record, readable or not.</summary>
    public bool HasRecords => Directory.Exists(_runs) && Directory.EnumerateFiles(_runs, "*.json").Any();

    /// <summary>
    /// Makes the folder ready for a run and keeps other runs out until the result is disposed. Files that a killed run
    /// left unfinished are removed.
    /// </summary>
    /// <exception cref="UserErrorException">The folder cannot be written, or another run holds it.</exception>
    public IDisposable Open()
    {
        try
        {
            Directory.CreateDirectory(_runs);
            Directory.CreateDirectory(CacheFolder);
            var held = FolderLock.Take(_runs);

            // Those that a worker or a job of an earlier run still writes stay.
            foreach (var path in Directory.EnumerateFiles(Folder, Unfinished, SearchOption.AllDirectories)
                .Where(AtomicFile.IsAbandoned).ToList())
            {
                File.Delete(path);
            }

            return held;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{Folder} cannot be written: {exception.Message} Use --results with another folder.", exception);
        }
    }

    /// <summary>Removes a trial's checkpoints, those of earlier settings included.</summary>
    public void DeleteCheckpoints(Trial trial)
    {
        foreach (var folder in Directory.EnumerateDirectories(_runs, $"{trial.Key}.*{CheckpointExtension}"))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Removes the checkpoint with which a completed trial ended: a run leaves it that is killed right after the record.</summary>
    public void DeleteCheckpoint(TrialRecord completed)
    {
        if (CheckpointFolder(completed.Trial) is var folder && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Stores a record; it replaces an earlier one of the same trial.</summary>
    public void Save(TrialRecord record) => AtomicFile.Write(RecordPath(record.Trial), RecordJson.Write(record));

    /// <summary>The record of one trial, or null when there is none that can be read.</summary>
    public TrialRecord? Find(Trial trial) =>
        File.Exists(RecordPath(trial)) && Read(RecordPath(trial)) is (var record, null) ? record : null;

    /// <summary>Reads all records. Each one that cannot be read is reported, and its trial counts as not run.</summary>
    /// <param name="report">Takes a message that names the file and what is wrong with it.</param>
    public IReadOnlyList<TrialRecord> Load(Action<string> report)
    {
        var records = new List<TrialRecord>();
        if (!Directory.Exists(_runs))
        {
            return records;
        }

        foreach (var path in Directory.EnumerateFiles(_runs, "*.json").Order(StringComparer.Ordinal))
        {
            var (record, problem) = Read(path);
            if (problem is null)
            {
                records.Add(record!);
            }
            else
            {
                report($"{path}: {problem}; its trial counts as not run.");
            }
        }

        return records;
    }

    /// <summary>Makes results.csv from the records that succeeded; the file is left alone when nothing changes.</summary>
    public void WriteCsv(IEnumerable<TrialRecord> records) => WriteCsv(Rows(records));

    /// <summary>Writes results.csv and its checksum; files that would stay the same are left alone.</summary>
    public void WriteCsv(IEnumerable<ResultRow> rows)
    {
        var text = ResultsCsv.Format(rows);
        WriteChanged(CsvPath, text);
        WriteChanged(ChecksumPath, Checksum(Encoding.UTF8.GetBytes(text)));

        static void WriteChanged(string path, string text)
        {
            if (!File.Exists(path) || File.ReadAllText(path) != text)
            {
                AtomicFile.Write(path, text);
            }
        }
    }

    /// <summary>Whether results.csv is another file than was written. Files of earlier versions have no checksum.</summary>
    public bool IsCsvChanged => File.Exists(CsvPath) && File.Exists(ChecksumPath)
        && File.ReadAllText(ChecksumPath) != Checksum(File.ReadAllBytes(CsvPath));

    /// <summary>The values of results.csv; none where there is no such file.</summary>
    /// <exception cref="UserErrorException">
    /// The file is broken, holds values of another experiment or profile, or is another one than its checksum tells of.
    /// </exception>
    public IReadOnlyList<ResultRow> ReadCsv()
    {
        if (!File.Exists(CsvPath))
        {
            return [];
        }

        var rows = ResultsCsv.Read(CsvPath, _experiment, _profile);

        // A file cut at the end of a line has no broken line.
        return IsCsvChanged
            ? throw new UserErrorException(
                $"{CsvPath}: found other content than {Path.GetFileName(ChecksumPath)} tells of: the file was truncated or changed. "
                + $"Restore it, or delete {Path.GetFileName(ChecksumPath)} if it is right.")
            : rows;
    }

    /// <summary>
    /// The values of a results.csv that <see cref="ReadCsv"/> refuses and that is to be made again: all of them where only the checksum is
    /// of another file. Where a line is broken, none: a copy of the file is kept, as it may hold what no record does.
    /// </summary>
    /// <param name="report">Takes a message that names the copy and what is wrong with the file.</param>
    public IReadOnlyList<ResultRow> RecoverCsv(Action<string> report)
    {
        try
        {
            return ResultsCsv.Read(CsvPath, _experiment, _profile);
        }
        catch (UserErrorException exception)
        {
            var content = File.ReadAllBytes(CsvPath);
            var copy = $"{CsvPath}.{Convert.ToHexStringLower(SHA256.HashData(content))[..FingerprintLength]}.damaged";
            AtomicFile.Write(copy, content);
            report($"{exception.Message} The file is made again from the records; what it held is kept in {copy}.");
            return [];
        }
    }

    /// <summary>
    /// The stored values: those of results.csv, or of the records where that file is missing or broken; null where there are none.
    /// </summary>
    /// <exception cref="UserErrorException">The file is broken, and there are no records.</exception>
    public IReadOnlyList<ResultRow>? ReadStored()
    {
        try
        {
            if (File.Exists(CsvPath))
            {
                return ReadCsv();
            }
        }
        catch (UserErrorException) when (HasRecords)
        {
            // The file is made from them.
        }

        return HasRecords ? [.. Rows(Load(_ => { }))] : null;
    }

    /// <summary>The lines of results.csv that records make: those of the trials that succeeded.</summary>
    public static IEnumerable<ResultRow> Rows(IEnumerable<TrialRecord> records) =>
        records.Where(record => record.Succeeded).SelectMany(record => record.Rows());

    private string Checksum(byte[] csv) => $"{Convert.ToHexStringLower(SHA256.HashData(csv))}  {Path.GetFileName(CsvPath)}\n";

    private (TrialRecord? Record, string? Problem) Read(string path)
    {
        try
        {
            var record = RecordJson.ReadFile<TrialRecord>(path);
            return record.Format != TrialRecord.CurrentFormat
                    ? (null, $"found format {record.Format}, expected {TrialRecord.CurrentFormat}")
                : record.Experiment != _experiment || record.Profile != _profile
                    ? (null, $"found a record of {record.Experiment}/{record.Profile}, expected {_experiment}/{_profile}")
                : record.Trial.Key + ".json" != Path.GetFileName(path)
                    ? (null, $"found the record of {record.Trial.Key}, expected the trial that the file is named for")
                : RecordRules.Problem(record) is { } problem ? (null, problem)
                : (record, null);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return (null, $"cannot be read ({exception.Message})");
        }
    }
}
