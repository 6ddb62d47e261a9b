using ModelZoo.Encoders;

namespace ModelZoo.Deberta;

/// <summary>
/// The sizes of a DeBERTaV3 model: the fields of its published config.json that differ between models. The fixed part of
/// the architecture (shared position projections, log buckets, normalised relative embeddings, no absolute positions, no
/// token types, GELU) is checked when a config.json is read.
/// </summary>
public sealed record DebertaConfig : EncoderConfig
{
    /// <summary>Sizes with the layer norm epsilon of DeBERTa, 1e-7.</summary>
    public DebertaConfig() => LayerNormEps = 1e-7;

    /// <summary>The half-width of the relative-position table: distances fall into 2 x PositionBuckets buckets.</summary>
    public required int PositionBuckets { get; init; }

    /// <summary>The distance at which the logarithmic buckets end.</summary>
    public required int MaxPositionEmbeddings { get; init; }

    /// <summary>As <see cref="MaxPositionEmbeddings"/>, which it replaces where it is above zero.</summary>
    public int MaxRelativePositions { get; init; } = -1;

    /// <summary>Dropout before the pooler's dense layer.</summary>
    public double PoolerDropout { get; init; }

    /// <summary>microsoft/deberta-v3-base: 184,423,682 parameters with two labels.</summary>
    public static DebertaConfig V3Base { get; } = new()
    {
        VocabSize = 128_100,
        HiddenSize = 768,
        IntermediateSize = 3072,
        NumHiddenLayers = 12,
        NumAttentionHeads = 12,
        PositionBuckets = 256,
        MaxPositionEmbeddings = 512,
    };

    /// <summary>The mini profile's model: 4.3 million parameters with a vocabulary of 8,000 pieces.</summary>
    /// <param name="vocabSize">The vocabulary of the tokenizer.</param>
    public static DebertaConfig Mini(int vocabSize) => new()
    {
        VocabSize = vocabSize,
        HiddenSize = 192,
        IntermediateSize = 768,
        NumHiddenLayers = 6,
        NumAttentionHeads = 4,
        PositionBuckets = 64,
        MaxPositionEmbeddings = 256,
    };

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check(nameof(PositionBuckets), PositionBuckets, PositionBuckets >= 4, "at least 4");
        Check(nameof(MaxPositionEmbeddings), MaxPositionEmbeddings, FarthestDistance > PositionBuckets / 2 + 1,
            $"more than half of {PositionBuckets} position buckets");
        Check(nameof(PoolerDropout), PoolerDropout, PoolerDropout is >= 0 and < 1, "a probability below 1");
    }

    /// <summary>The distance at which the logarithmic buckets end (M in the bucket formula).</summary>
    internal int FarthestDistance => MaxRelativePositions > 0 ? MaxRelativePositions : MaxPositionEmbeddings;
}
