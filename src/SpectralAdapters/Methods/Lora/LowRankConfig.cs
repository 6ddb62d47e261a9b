using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace SpectralAdapters;

/// <summary>The settings that LoRA and its relatives share.</summary>
public abstract record LowRankConfig : AdapterConfig
{
    /// <summary>r.</summary>
    public long Rank { get; init; } = 8;

    /// <summary>alpha.</summary>
    public double Alpha { get; init; } = 8;

    /// <summary>The probability of dropping an element of the adapter's input in training.</summary>
    public double Dropout { get; init; }

    /// <summary>Ranks of single layers by a regular expression over the end of the layer's name (PEFT's rank_pattern).</summary>
    public IReadOnlyDictionary<string, long> RankPattern { get; init; } = new Dictionary<string, long>();

    /// <summary>Alphas of single layers, in the same way.</summary>
    public IReadOnlyDictionary<string, double> AlphaPattern { get; init; } = new Dictionary<string, double>();

    /// <summary>The factor of the product.</summary>
    [JsonIgnore]
    public abstract double Scale { get; }

    /// <inheritdoc/>
    public override void Validate()
    {
        RequireRank(Rank);
        foreach (var rank in RankPattern.Values)
        {
            RequireRank(rank, SmallestRankOfLayer);
        }

        RequireExpressions("rank_pattern", RankPattern.Keys);
        RequireExpressions("alpha_pattern", AlphaPattern.Keys);

        foreach (var alpha in AlphaPattern.Values.Append(Alpha))
        {
            if (!(alpha > 0 && double.IsFinite(alpha)))
            {
                throw new ArgumentException(FormattableString.Invariant($"{Method}: alpha is {alpha}; a number above 0 is needed."));
            }
        }

        if (!(Dropout >= 0 && Dropout < 1))
        {
            throw new ArgumentException(FormattableString.Invariant($"{Method}: dropout is {Dropout}; at least 0 and below 1 is needed."));
        }
    }

    /// <inheritdoc/>
    public override void Validate(string layer, long outFeatures, long inFeatures) =>
        RequireRank(Rank, layer, outFeatures, inFeatures);

    /// <summary>A trained adapter may have any rank: only a new one has no use for more than the layer's smaller side.</summary>
    internal override void ValidateTrained(string layer, long outFeatures, long inFeatures)
    {
    }

    /// <summary>The smallest rank that <see cref="RankPattern"/> may give a layer.</summary>
    private protected virtual long SmallestRankOfLayer => 1;

    /// <inheritdoc/>
    public override AdapterConfig ForLayer(string layer) => this with
    {
        Rank = First(RankPattern, layer, Rank),
        Alpha = First(AlphaPattern, layer, Alpha),
        RankPattern = new Dictionary<string, long>(),
        AlphaPattern = new Dictionary<string, double>(),
    };

    /// <inheritdoc/>
    internal override void ValidateEffect(IEnumerable<string> layers)
    {
        var names = layers.ToList();
        var patterns = RankPattern.Keys.Select(key => (Option: "rank_pattern", Key: key))
            .Concat(AlphaPattern.Keys.Select(key => (Option: "alpha_pattern", Key: key)));
        foreach (var (option, key) in patterns.Where(pattern => !names.Exists(layer => Fits(pattern.Key, layer))))
        {
            throw new ArgumentException(
                $"{Method}: the {option} '{key}' has no effect: it fits none of the {names.Count} adapted layers.");
        }
    }

    /// <summary>A key of <see cref="RankPattern"/> or <see cref="AlphaPattern"/> for one of several layers and no other.</summary>
    internal static string KeyOf(string layer, IEnumerable<string> layers) =>
        (layers.Any(other => other.EndsWith($".{layer}", StringComparison.Ordinal)) ? "^" : "") + Regex.Escape(layer);

    private protected double ScaleBy(LoraScaling scaling) => scaling switch
    {
        LoraScaling.AlphaOverSqrtRank => Alpha / Math.Sqrt(Rank),
        LoraScaling.Alpha => Alpha,
        _ => Alpha / Rank,
    };

    private static T First<T>(IReadOnlyDictionary<string, T> pattern, string layer, T otherwise)
    {
        foreach (var (key, value) in pattern)
        {
            if (Fits(key, layer))
            {
                return value;
            }
        }

        return otherwise;
    }

    private void RequireExpressions(string option, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            try
            {
                Fits(key, "");
            }
            catch (ArgumentException exception)
            {
                throw new ArgumentException($"{Method}: the {option} '{key}' is not a regular expression: {exception.Message}", exception);
            }
        }
    }

    private static bool Fits(string key, string layer) => NamePattern.IsMatch($@"^(.*\.)?(?:{key})$", layer);
}
