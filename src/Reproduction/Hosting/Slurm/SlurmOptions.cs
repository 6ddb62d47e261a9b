using System.Globalization;
using System.Text.Json;

namespace Reproduction.Hosting.Slurm;

/// <summary>What a job asks Slurm for: <c>--set slurm.partition=gpu</c>, or the same keys in a JSON file named by slurm.file.</summary>
internal sealed class SlurmOptions
{
    /// <summary>What the names of the settings begin with.</summary>
    public const string Prefix = "slurm.";
    private const string FileKey = "file";
    private const string LostAfterKey = "lost-after";

    // As long as a shared folder may take to show a new file.
    private static readonly TimeSpan UsualPatience = TimeSpan.FromMinutes(3);

    // The keys are sbatch's own long options.
    private static readonly string[] Keys = ["account", "constraint", "cpus-per-task", "gres", "mem", "partition", "qos", "time"];

    private static readonly JsonDocumentOptions FileFormat = new() { AllowDuplicateProperties = false };

    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);

    private SlurmOptions()
    {
    }

    /// <summary>The options as sbatch takes them: those of the file, overridden by those of the command line.</summary>
    public IEnumerable<string> Directives => _values.Select(entry => $"--{entry.Key}={entry.Value}");

    /// <summary>How long a task that has left the queue is waited for.</summary>
    public TimeSpan LostAfter { get; private set; } = UsualPatience;

    /// <summary>Takes the slurm keys out of the assignments given with <c>--set</c>.</summary>
    /// <param name="assignments">All assignments.</param>
    /// <param name="others">The assignments that are not about Slurm.</param>
    /// <exception cref="UserErrorException">A key is unknown, or the file is broken.</exception>
    public static SlurmOptions Parse(IReadOnlyList<string> assignments, out IReadOnlyList<string> others)
    {
        others = [.. assignments.Where(text => !text.StartsWith(Prefix, StringComparison.Ordinal))];
        var given = assignments.Where(text => text.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(text => text[Prefix.Length..].Split('=', 2)).ToList();
        if (given.GroupBy(parts => parts[0], StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new UserErrorException($"--set: \"{Prefix}{twice.Key}\" is set twice.");
        }

        var options = new SlurmOptions();
        foreach (var file in given.Where(parts => parts.Length == 2 && parts[0] == FileKey))
        {
            options.ReadFile(file[1].Length > 0
                ? file[1]
                : throw new UserErrorException($"--set {Prefix}{FileKey}: expected a file, found an empty text."));
        }

        foreach (var parts in given.Where(parts => parts[0] != FileKey))
        {
            var value = parts.Length == 2 ? parts[1] : throw new UserErrorException($"--set {Prefix}{parts[0]}: expected key=value.");
            options.Set(parts[0], value, "--set");
        }

        return options;
    }

    private void ReadFile(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path), FileFormat);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException($"found JSON {document.RootElement.ValueKind}, expected an object.");
            }

            foreach (var property in document.RootElement.EnumerateObject())
            {
                var (key, value) = (property.Name, property.Value);
                Set(
                    key,
                    value.ValueKind is JsonValueKind.String or JsonValueKind.Number
                        ? value.ToString()
                        : throw new UserErrorException($"{path}: \"{key}\" is {value.GetRawText()}, expected a string or a number."),
                    path);
            }
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"--set {Prefix}{FileKey}={path}: {exception.Message}", exception);
        }
    }

    private void Set(string key, string value, string where)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Any(char.IsControl))
        {
            throw new UserErrorException($"{where}: \"{Prefix}{key}\" has no value, or one of several lines.");
        }

        if (key == LostAfterKey)
        {
            LostAfter = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? TimeSpan.FromSeconds(seconds)
                : throw new UserErrorException($"{where}: {Prefix}{key}={value}: expected seconds, a whole number.");
            return;
        }

        if (!Keys.Contains(key))
        {
            var known = string.Join(", ", Keys.Append(FileKey).Append(LostAfterKey).Select(name => Prefix + name));
            throw new UserErrorException($"{where}: unknown key \"{Prefix}{key}\"; known: {known}.");
        }

        _values[key] = value;
    }
}
