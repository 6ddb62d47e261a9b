using System.Security.Cryptography;
using System.Text.Json;
using Reproduction.Storage;

namespace Reproduction.Hosting.Slurm;

/// <summary>
/// A job array in a folder of its own, which outlives the program that submitted it. The queue is asked for it by its name, which no other
/// job has: numbers of jobs repeat.
/// </summary>
internal sealed record SlurmJob
{
    private const string FileName = "job.json";
    private const int TokenBytes = 6;

    public required string Name { get; init; }

    /// <summary>The number of the array; null while Slurm has not confirmed it.</summary>
    public string? Id { get; init; }

    /// <summary>The cluster that took the job, where Slurm named one.</summary>
    public string? Cluster { get; init; }

    public required DateTimeOffset Submitted { get; init; }

    /// <summary>A job that no other one is taken for.</summary>
    public static SlurmJob New(string experiment, DateTimeOffset now) =>
        new() { Name = $"{experiment}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes))}", Submitted = now };

    /// <summary>The jobs of earlier runs, the latest first. What is no such file is passed over.</summary>
    public static IReadOnlyList<SlurmJob> Load(string root, Action<string> warn) =>
    [
        .. Directory.EnumerateFiles(root, FileName, SearchOption.AllDirectories)
            .Select(path => Read(path, warn))
            .OfType<SlurmJob>()
            .OrderByDescending(job => job.Submitted),
    ];

    public string Folder(string root) => Path.Combine(root, Name);

    public string KeysPath(string root) => Path.Combine(Folder(root), "trials.txt");

    public string ScriptPath(string root) => Path.Combine(Folder(root), "job.sh");

    /// <summary>The keys of the array's trials; that of task i in line i.</summary>
    public string[] Keys(string root) => File.Exists(KeysPath(root)) ? File.ReadAllLines(KeysPath(root)) : [];

    public void Save(string root) => AtomicFile.Write(Path.Combine(Folder(root), FileName), RecordJson.Write(this));

    private static SlurmJob? Read(string path, Action<string> warn)
    {
        try
        {
            var job = RecordJson.Read<SlurmJob>(File.ReadAllText(path));
            return job.Name == Path.GetFileName(Path.GetDirectoryName(path))
                ? job
                : throw new JsonException($"found job {job.Name}, expected the one that the folder is named for");
        }
        catch (JsonException exception)
        {
            warn($"{path}: {exception.Message} The job is not followed.");
            return null;
        }
    }
}
