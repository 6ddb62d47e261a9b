namespace ModelZoo.Deberta;

/// <summary>
/// The sizes of a DeBERTaV3 model: the fields of its published config.json that differ between models. The fixed part of
/// the architecture (shared position projections, log buckets, normalised relative embeddings, no absolute positions, no
/// token types, GELU) is checked when a config.json is read.
/// </summary>
public sealed record DebertaConfig
{
    /// <summary>The largest number of labels: a size that no file of weights bounds where the classifier is new.</summary>
    internal const int MostLabels = 100_000;

    /// <summary>Number of token ids.</summary>
    public required int VocabSize { get; init; }

    /// <summary>D, the width of a hidden state.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>The width between the two linear layers of a feed-forward block.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of encoder layers.</summary>
    public required int NumHiddenLayers { get; init; }

    /// <summary>H, the number of attention heads; divides <see cref="HiddenSize"/>.</summary>
    public required int NumAttentionHeads { get; init; }

    /// <summary>The half-width of the relative-position table: distances fall into 2 x PositionBuckets buckets.</summary>
    public required int PositionBuckets { get; init; }

    /// <summary>The distance at which the logarithmic buckets end.</summary>
    public required int MaxPositionEmbeddings { get; init; }

    /// <summary>As <see cref="MaxPositionEmbeddings"/>, which it replaces where it is above zero.</summary>
    public int MaxRelativePositions { get; init; } = -1;

    /// <summary>The id of [PAD], whose embedding is zero and gets no gradient.</summary>
    public int PadTokenId { get; init; }

    /// <summary>Number of classes; 1 means regression.</summary>
    public int NumLabels { get; init; } = 2;

    /// <summary>Dropout after the embeddings, on the relative embeddings, after each dense layer, before the classifier.</summary>
    public double HiddenDropout { get; init; } = 0.1;

    /// <summary>Dropout on the attention probabilities.</summary>
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>Dropout before the pooler's dense layer.</summary>
    public double PoolerDropout { get; init; }

    /// <summary>Added to the variance in every layer norm.</summary>
    public double LayerNormEps { get; init; } = 1e-7;

    /// <summary>Standard deviation of the initial weights.</summary>
    public double InitializerRange { get; init; } = 0.02;

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

    /// <summary>D / H, the width of one attention head.</summary>
    public int HeadSize => HiddenSize / NumAttentionHeads;

    /// <summary>Checks the sizes against each other.</summary>
    /// <exception cref="ArgumentException">A size is impossible; the message names it, what was found and what was expected.</exception>
    public void Validate()
    {
        Check(nameof(VocabSize), VocabSize, VocabSize > 0, "a count above 0");
        Check(nameof(NumAttentionHeads), NumAttentionHeads, NumAttentionHeads > 0, "a count above 0");
        Check(nameof(HiddenSize), HiddenSize, HiddenSize > 0 && HiddenSize % NumAttentionHeads == 0,
            $"a multiple of {NumAttentionHeads} heads");
        Check(nameof(IntermediateSize), IntermediateSize, IntermediateSize > 0, "a count above 0");
        Check(nameof(NumHiddenLayers), NumHiddenLayers, NumHiddenLayers > 0, "a count above 0");
        Check(nameof(PositionBuckets), PositionBuckets, PositionBuckets >= 4, "at least 4");
        Check(nameof(MaxPositionEmbeddings), MaxPositionEmbeddings, FarthestDistance > PositionBuckets / 2 + 1,
            $"more than half of {PositionBuckets} position buckets");
        Check(nameof(PadTokenId), PadTokenId, PadTokenId >= 0 && PadTokenId < VocabSize, $"an id below {VocabSize}");
        Check(nameof(NumLabels), NumLabels, NumLabels > 0, "a count above 0");
        Check(nameof(NumLabels), NumLabels, NumLabels <= MostLabels, $"at most {MostLabels}");
        Check(nameof(HiddenDropout), HiddenDropout, HiddenDropout is >= 0 and < 1, "a probability below 1");
        Check(nameof(AttentionDropout), AttentionDropout, AttentionDropout is >= 0 and < 1, "a probability below 1");
        Check(nameof(PoolerDropout), PoolerDropout, PoolerDropout is >= 0 and < 1, "a probability below 1");
        Check(nameof(LayerNormEps), LayerNormEps, LayerNormEps > 0 && double.IsFinite(LayerNormEps), "a number above 0");
        Check(nameof(InitializerRange), InitializerRange, InitializerRange >= 0 && double.IsFinite(InitializerRange),
            "a number of at least 0");
    }

    /// <summary>The distance at which the logarithmic buckets end (M in the bucket formula).</summary>
    internal int FarthestDistance => MaxRelativePositions > 0 ? MaxRelativePositions : MaxPositionEmbeddings;

    private static void Check<T>(string name, T found, bool valid, string expected)
    {
        if (!valid)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{nameof(DebertaConfig)}.{name}: found {found}, expected {expected}."));
        }
    }
}
