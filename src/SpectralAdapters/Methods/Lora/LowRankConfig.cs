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
    public virtual double Scale => Alpha / Rank;

    /// <summary>The smallest rank of a stored layer.</summary>
    private protected virtual long SmallestStoredRank => 1;

    /// <inheritdoc/>
    public override void Validate()
    {
        RequireSettings(smallestRank: 1);
        RequireNumber("dropout", Dropout, Dropout >= 0 && Dropout < 1, "at least 0 and below 1");
    }

    /// <inheritdoc/>
    public override void Validate(string layer, long outFeatures, long inFeatures) =>
        RequireRank(Rank, layer, outFeatures, inFeatures);

    /// <summary>A dropout of 1 has a meaning, although nobody would train with it.</summary>
    internal override void ValidateStored()
    {
        RequireSettings(SmallestStoredRank);
        RequireNumber("dropout", Dropout, Dropout >= 0 && Dropout <= 1, "at least 0 and at most 1");
    }

    /// <summary>A product of any inner size is a change of the weight.</summary>
    internal override void ValidateStored(string layer, long outFeatures, long inFeatures)
    {
    }

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
        var unused = RankPattern.Keys.Concat(AlphaPattern.Keys).Where(key => !names.Exists(layer => Fits(key, layer))).ToList();
        if (unused.Count > 0)
        {
            throw new ArgumentException(
                $"{Method}: the pattern '{unused[0]}' has no effect: it fits none of the {names.Count} adapted layers.");
        }
    }

    private void RequireSettings(long smallestRank)
    {
        RequireRank(Rank);
        foreach (var rank in RankPattern.Values)
        {
            if (rank != 0 || smallestRank > 0)
            {
                RequireRank(rank);
            }
        }

        foreach (var alpha in AlphaPattern.Values.Append(Alpha))
        {
            RequireNumber("alpha", alpha, alpha > 0, "a number above 0");
        }
    }

    private protected void RequireNumber(string what, double value, bool holds, string expected)
    {
        if (!(holds && double.IsFinite(value)))
        {
            throw new ArgumentException(FormattableString.Invariant($"{Method}: {what} is {value}; {expected} is needed."));
        }
    }

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

    private static bool Fits(string key, string layer) => Regex.IsMatch(layer, $@"^(.*\.)?(?:{key})$", RegexOptions.CultureInvariant);
}
