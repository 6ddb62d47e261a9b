using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using SpectralAdapters.Files;

namespace SpectralAdapters;

/// <summary>
/// Which layers of a model are adapted: a list of names or name endings (<c>q_proj</c> fits <c>layers.0.q_proj</c>), or one
/// regular expression over full names. PEFT's <c>target_modules</c>.
/// </summary>
[JsonConverter(typeof(TargetModulesConverter))]
public sealed record TargetModules
{
    private readonly Regex? _regex;

    private TargetModules(IReadOnlyList<string> names, string? pattern)
    {
        Names = names;
        Pattern = pattern;
        _regex = pattern is null ? null : NamePattern.Create($"^(?:{pattern})$");
    }

    /// <summary>The names or name endings; empty if a pattern is given.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The regular expression, or null.</summary>
    public string? Pattern { get; }

    /// <summary>Layers whose full name is, or ends in a dot and, one of these.</summary>
    /// <exception cref="ArgumentException">No name, or an empty one.</exception>
    public static TargetModules Named(params IReadOnlyList<string> names) =>
        names.Count > 0 && !names.Any(string.IsNullOrEmpty)
            ? new TargetModules([.. names], null)
            : throw new ArgumentException("Target modules need at least one name, and no empty one.");

    /// <summary>Layers whose whole full name fits a regular expression.</summary>
    /// <exception cref="ArgumentException">The pattern is empty or no regular expression.</exception>
    public static TargetModules Matching(string pattern) =>
        pattern.Length > 0
            ? new TargetModules([], pattern)
            : throw new ArgumentException("Target modules need a regular expression; found an empty text.");

    /// <summary>Whether a layer is adapted.</summary>
    /// <param name="layer">The layer's full name.</param>
    /// <exception cref="ArgumentException">The regular expression takes too long.</exception>
    public bool Match(string layer) => _regex is null
        ? Names.Any(name => EndsIn(layer, name))
        : NamePattern.Match(_regex, layer).Success;

    /// <inheritdoc/>
    public bool Equals(TargetModules? other) =>
        other is not null && Pattern == other.Pattern && Names.SequenceEqual(other.Names);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Pattern is null ? string.Join(", ", Names) : $"/{Pattern}/";

    /// <summary>Whether a full name is a given name or ends in it.</summary>
    internal static bool EndsIn(string fullName, string name) =>
        fullName == name || fullName.EndsWith($".{name}", StringComparison.Ordinal);
}
