using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace SpectralAdapters;

/// <summary>
/// Layers of a model's stack by their number in the full name, for instance 3 in <c>model.layers.3.self_attn.q_proj</c>. PEFT's
/// <c>layers_to_transform</c> and <c>layers_pattern</c> (tuners/tuners_utils.py, check_target_module_exists).
/// </summary>
public sealed record LayerIndices
{
    private readonly IReadOnlyList<Regex> _expressions;

    /// <summary>Creates a selection.</summary>
    /// <param name="indices">The numbers, counted from 0.</param>
    /// <param name="patterns">
    /// Regular expressions for the name before the number (<c>layers</c>); none for the first number after any name.
    /// </param>
    /// <exception cref="ArgumentException">No number, one below 0, or a pattern that is empty or no regular expression.</exception>
    [JsonConstructor]
    public LayerIndices(IReadOnlyList<long> indices, IReadOnlyList<string> patterns)
    {
        if (indices is null or [] || indices.Any(index => index < 0) || patterns is null || patterns.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("Layers by index need at least one number, none below 0, and no empty pattern.");
        }

        (Indices, Patterns) = ([.. indices], [.. patterns]);
        _expressions = [.. (patterns.Count == 0 ? [@"[^.]*"] : patterns)
            .Select(pattern => NamePattern.Create($@"^.*?\.(?:{pattern})\.(?<index>[0-9]+)\."))];
    }

    /// <summary>The numbers, counted from 0.</summary>
    public IReadOnlyList<long> Indices { get; }

    /// <summary>Regular expressions for the name before the number; empty for any name.</summary>
    public IReadOnlyList<string> Patterns { get; }

    /// <summary>Whether a layer's full name holds one of the numbers where its index stands.</summary>
    /// <param name="layer">The layer's full name.</param>
    /// <exception cref="ArgumentException">A regular expression takes too long.</exception>
    public bool Match(string layer)
    {
        // The first pattern that fits decides, also where its number is not among those wanted.
        var match = _expressions.Select(expression => NamePattern.Match(expression, layer)).FirstOrDefault(found => found.Success);
        return match is not null
            && long.TryParse(match.Groups["index"].Value, CultureInfo.InvariantCulture, out var index) && Indices.Contains(index);
    }

    /// <inheritdoc/>
    public bool Equals(LayerIndices? other) =>
        other is not null && Indices.SequenceEqual(other.Indices) && Patterns.SequenceEqual(other.Patterns);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{string.Join(", ", Indices)}{(Patterns.Count == 0 ? "" : $" of {string.Join(", ", Patterns)}")}";
}
