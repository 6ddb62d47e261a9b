using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Reproduction;

/// <summary>One unit of work: a method on a task with a rank and a seed.</summary>
/// <param name="Method">The method's name as in data/published, such as <c>lora</c> or <c>spectral-a</c>.</param>
/// <param name="Task">The task's name as in data/published, such as <c>rte</c>.</param>
/// <param name="Rank">The rank (number of blocks for OFT), or null for methods without one.</param>
/// <param name="Seed">The seed.</param>
public sealed record Trial(string Method, string Task, int? Rank, int Seed)
{
    /// <summary>
    /// In <see cref="Inputs"/>, the value of what cannot be known here, such as the digest of a file that lies elsewhere.
    /// </summary>
    public const string Unavailable = "unavailable";

    // Enough to tell configurations apart, and short in a listing.
    private const int FingerprintDigits = 16;

    /// <summary>
    /// The rank that this trial's values stand beside in the paper, where a smaller model has a smaller rank: by default
    /// <see cref="Rank"/> itself.
    /// </summary>
    public int? PublishedRank { get; init; } = Rank;

    /// <summary>What tells trials of equal method, task, rank and seed apart, such as <c>learning_rate=0.001</c>; empty for most.</summary>
    public string Variant { get; init; } = "";

    /// <summary>
    /// Everything else that decides the outcome, as JSON: the spec of <see cref="Experiment{TSpec}"/>. A completed record counts
    /// only for a trial with the same configuration.
    /// </summary>
    public JsonElement Config { get; init; } = JsonElement.Parse("{}");

    /// <summary>Digests of what the trial reads; a completed record counts only for a trial with the same inputs.</summary>
    public IReadOnlyDictionary<string, string> Inputs { get; init; } = new Dictionary<string, string>();

    /// <summary>The name of the trial's record: the same in every run, on every machine.</summary>
    public string Key => string.Create(
        CultureInfo.InvariantCulture,
        $"{Safe(Method)}{(Rank is { } rank ? $"-r{rank}" : "")}{(Variant.Length > 0 ? $".{Safe(Variant)}" : "")}.{Safe(Task)}.s{Seed}");

    /// <summary>The trial in words, for progress lines and messages.</summary>
    public string Label => string.Create(
        CultureInfo.InvariantCulture,
        $"{Method}{(Rank is { } rank ? $" r={rank}" : "")}{(Variant.Length > 0 ? $" {Variant}" : "")} {Task} seed {Seed}");

    /// <summary>A hash of <see cref="Config"/> and <see cref="Inputs"/>.</summary>
    public string Fingerprint
    {
        get
        {
            var text = string.Join('\n', Entries().Select(entry => $"{entry.Name}={entry.Value}"));
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..FingerprintDigits];
        }
    }

    /// <summary>
    /// How this trial's configuration and inputs differ from those of a planned one, a text for each value, sorted by name; empty
    /// where they do not. Inputs that are <see cref="Unavailable"/> to the plan are not compared.
    /// </summary>
    public IReadOnlyList<string> DifferencesFrom(Trial planned)
    {
        var (own, other) = (Values(this), Values(planned));
        return
        [
            .. own.Keys.Union(other.Keys)
                .Where(name => other.GetValueOrDefault(name) is var value && value != Unavailable && value != own.GetValueOrDefault(name))
                .Order(StringComparer.Ordinal)
                .Select(name => $"{name} was {own.GetValueOrDefault(name, "absent")}, is {other.GetValueOrDefault(name, "absent")}"),
        ];

        static Dictionary<string, string> Values(Trial trial) =>
            trial.Entries().GroupBy(entry => entry.Name, StringComparer.Ordinal).ToDictionary(
                // A setting and an input may have the same name.
                group => group.Key, group => string.Join(" and ", group.Select(entry => entry.Value)), StringComparer.Ordinal);
    }

    // Every value by its path, such as adapter.alpha.
    private IEnumerable<(string Name, string Value)> Entries() => Flatten("", Config)
        .Concat(Inputs.Select(entry => (Name: entry.Key, entry.Value)))
        .OrderBy(entry => entry.Name, StringComparer.Ordinal);

    private static IEnumerable<(string Name, string Value)> Flatten(string path, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject()
            .SelectMany(property => Flatten(path.Length == 0 ? property.Name : $"{path}.{property.Name}", property.Value)),
        JsonValueKind.Null => [],
        JsonValueKind.String => [(path, element.GetString()!)],
        // Without the line breaks that a list has in a record's file.
        JsonValueKind.Array => [(path, JsonSerializer.Serialize(element))],
        _ => [(path, element.GetRawText())],
    };

    private static string Safe(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'));
}
