namespace ModelZoo.Encoders;

/// <summary>The sizes that encoders with a classifier have in common, as their config.json states them.</summary>
public abstract record EncoderConfig
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

    /// <summary>The id of [PAD], whose embedding is initialised to zero and gets no gradient.</summary>
    public int PadTokenId { get; init; }

    /// <summary>Number of classes; 1 means regression.</summary>
    public int NumLabels { get; init; } = 2;

    /// <summary>Dropout after the embeddings and after each dense layer.</summary>
    public double HiddenDropout { get; init; } = 0.1;

    /// <summary>Dropout on the attention probabilities.</summary>
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>Added to the variance in every layer norm.</summary>
    public double LayerNormEps { get; init; }

    /// <summary>Standard deviation of the initial weights.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>D / H, the width of one attention head.</summary>
    public int HeadSize => HiddenSize / NumAttentionHeads;

    /// <summary>Checks the sizes against each other.</summary>
    /// <exception cref="ArgumentException">A size is impossible; the message names it, what was found and what was expected.</exception>
    public virtual void Validate()
    {
        Check(nameof(VocabSize), VocabSize, VocabSize > 0, "a count above 0");
        Check(nameof(NumAttentionHeads), NumAttentionHeads, NumAttentionHeads > 0, "a count above 0");
        Check(nameof(HiddenSize), HiddenSize, HiddenSize > 0 && HiddenSize % NumAttentionHeads == 0,
            $"a multiple of {NumAttentionHeads} heads");
        Check(nameof(IntermediateSize), IntermediateSize, IntermediateSize > 0, "a count above 0");
        Check(nameof(NumHiddenLayers), NumHiddenLayers, NumHiddenLayers > 0, "a count above 0");
        Check(nameof(PadTokenId), PadTokenId, PadTokenId >= 0 && PadTokenId < VocabSize, $"an id below {VocabSize}");
        Check(nameof(NumLabels), NumLabels, NumLabels > 0, "a count above 0");
        Check(nameof(NumLabels), NumLabels, NumLabels <= MostLabels, $"at most {MostLabels}");
        Check(nameof(HiddenDropout), HiddenDropout, HiddenDropout is >= 0 and < 1, "a probability below 1");
        Check(nameof(AttentionDropout), AttentionDropout, AttentionDropout is >= 0 and < 1, "a probability below 1");
        Check(nameof(LayerNormEps), LayerNormEps, LayerNormEps > 0 && double.IsFinite(LayerNormEps), "a number above 0");
        Check(nameof(InitializerRange), InitializerRange, InitializerRange >= 0 && double.IsFinite(InitializerRange),
            "a number of at least 0");
    }

    /// <summary>Checks sizes that a file states.</summary>
    /// <exception cref="InvalidDataException">A size is impossible.</exception>
    internal void Validate(string path)
    {
        try
        {
            Validate();
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }
    }

    private protected void Check<T>(string name, T found, bool valid, string expected)
    {
        if (!valid)
        {
            throw new ArgumentException(FormattableString.Invariant($"{GetType().Name}.{name}: found {found}, expected {expected}."));
        }
    }
}
