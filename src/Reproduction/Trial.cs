using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Reproduction;

/// <summary>One unit of work: a method on a task with a rank and a seed.</summary>
/// <param name="Method">The method's name as in data/published, such as <c>lora</c> or <c>spectral-a</c>.</param>
/// <param name="Task">The task's name as in data/published, such as <c>rte</c>.</param>
/// <param name="Rank">The rank (number of blocks for OFT), or null for methods without one.</param>
/// <param name="Seed">The seed.</param>
public sealed record Trial(string Method, string Task, int? Rank, int Seed)
{
    /// <summary>In <see cref="Config"/>, the value of what cannot be known here, such as the digest of a file that lies elsewhere.</summary>
    public const string NotAtHand = "not at hand";

    /// <summary>
    /// Everything else that decides the outcome: learning rate, epochs, digests of weights and data... A finished record
    /// counts only for a trial with the same configuration.
    /// </summary>
    public IReadOnlyDictionary<string, string> Config { get; init; } = new Dictionary<string, string>();

    /// <summary>The name of the trial's record: the same in every run, on every machine.</summary>
    public string Key => string.Create(
        CultureInfo.InvariantCulture, $"{Safe(Method)}{(Rank is { } rank ? $"-r{rank}" : "")}.{Safe(Task)}.s{Seed}");

    /// <summary>The trial in words, for progress lines and messages.</summary>
    public string Label => string.Create(
        CultureInfo.InvariantCulture, $"{Method}{(Rank is { } rank ? $" r={rank}" : "")} {Task} seed {Seed}");

    /// <summary>A hash of <see cref="Config"/>.</summary>
    public string Fingerprint
    {
        get
        {
            var text = string.Join('\n', Config.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}={entry.Value}"));
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
        }
    }

    private static string Safe(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'));
}
