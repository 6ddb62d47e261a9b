namespace ModelZoo.Decoder;

/// <summary>
/// The sizes and settings of a Llama or Mistral model: the fields of its published config.json that differ between models. The fixed part
/// of the architecture (SwiGLU with SiLU, linear layers without bias, unscaled rotary embeddings, no dropout) is checked when a
/// config.json is read.
/// </summary>
public sealed record DecoderConfig
{
    /// <summary>The family, config.json's model_type.</summary>
    public required DecoderFamily Family { get; init; }

    /// <summary>Number of token ids.</summary>
    public required int VocabSize { get; init; }

    /// <summary>D, the width of a hidden state.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>The width between the linear layers of a feed-forward block.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of decoder layers.</summary>
    public required int NumHiddenLayers { get; init; }

    /// <summary>H, the number of query heads.</summary>
    public required int NumAttentionHeads { get; init; }

    /// <summary>The number of key and value heads; divides <see cref="NumAttentionHeads"/>.</summary>
    public required int NumKeyValueHeads { get; init; }

    /// <summary>
    /// The width of one head, an even number. A config.json without head_dim means <see cref="HiddenSize"/> /
    /// <see cref="NumAttentionHeads"/>; where it has one, the two need not agree.
    /// </summary>
    public required int HeadDim { get; init; }

    /// <summary>The most tokens, prompt included, that the model was made for.</summary>
    public required int MaxPositionEmbeddings { get; init; }

    /// <summary>The base of the rotary embedding: frequency i is RopeTheta^(-2i / HeadDim).</summary>
    public required double RopeTheta { get; init; }

    /// <summary>Added to the mean square in every RMSNorm.</summary>
    public required double RmsNormEps { get; init; }

    /// <summary>Whether the head is the embedding's own weight; a file has no lm_head.weight then.</summary>
    public bool TieWordEmbeddings { get; init; }

    /// <summary>The number of tokens that a token sees, itself included; null means all of those before it.</summary>
    public int? SlidingWindow { get; init; }

    /// <summary>The id that a text begins with, if any.</summary>
    public int? BosTokenId { get; init; }

    /// <summary>The id that a text ends with, if any.</summary>
    public int? EosTokenId { get; init; }

    /// <summary>The id of padding, if any; its embedding is initialised to zero and gets no gradient, as in transformers.</summary>
    public int? PadTokenId { get; init; }

    /// <summary>Standard deviation of the initial weights.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>meta-llama/Meta-Llama-3-8B: 8,030,261,248 parameters.</summary>
    public static DecoderConfig Llama3_8B { get; } = new()
    {
        Family = DecoderFamily.Llama,
        VocabSize = 128_256,
        HiddenSize = 4096,
        IntermediateSize = 14_336,
        NumHiddenLayers = 32,
        NumAttentionHeads = 32,
        NumKeyValueHeads = 8,
        HeadDim = 128,
        MaxPositionEmbeddings = 8192,
        RopeTheta = 500_000,
        RmsNormEps = 1e-5,
        BosTokenId = 128_000,
        EosTokenId = 128_001,
    };

    /// <summary>mistralai/Mistral-7B-v0.1: 7,241,732,096 parameters.</summary>
    public static DecoderConfig Mistral7B { get; } = new()
    {
        Family = DecoderFamily.Mistral,
        VocabSize = 32_000,
        HiddenSize = 4096,
        IntermediateSize = 14_336,
        NumHiddenLayers = 32,
        NumAttentionHeads = 32,
        NumKeyValueHeads = 8,
        HeadDim = 128,
        MaxPositionEmbeddings = 32_768,
        RopeTheta = 10_000,
        RmsNormEps = 1e-5,
        SlidingWindow = 4096,
        BosTokenId = 1,
        EosTokenId = 2,
    };

    /// <summary>HuggingFaceTB/SmolLM2-135M-Instruct: 134,515,008 parameters.</summary>
    public static DecoderConfig SmolLm2_135M { get; } = new()
    {
        Family = DecoderFamily.Llama,
        VocabSize = 49_152,
        HiddenSize = 576,
        IntermediateSize = 1536,
        NumHiddenLayers = 30,
        NumAttentionHeads = 9,
        NumKeyValueHeads = 3,
        HeadDim = 64,
        MaxPositionEmbeddings = 8192,
        RopeTheta = 100_000,
        RmsNormEps = 1e-5,
        TieWordEmbeddings = true,
        BosTokenId = 1,
        EosTokenId = 2,
        PadTokenId = 2,
        InitializerRange = 1 / 24.0,
    };

    /// <summary>Checks the sizes against each other.</summary>
    /// <exception cref="ArgumentException">A size is impossible; the message names it, what was found and what was expected.</exception>
    public void Validate()
    {
        Check(nameof(Family), Family, Enum.IsDefined(Family), "a known family");
        Check(nameof(VocabSize), VocabSize, VocabSize > 0, "a count above 0");
        Check(nameof(HiddenSize), HiddenSize, HiddenSize > 0, "a count above 0");
        Check(nameof(IntermediateSize), IntermediateSize, IntermediateSize > 0, "a count above 0");
        Check(nameof(NumHiddenLayers), NumHiddenLayers, NumHiddenLayers > 0, "a count above 0");
        Check(nameof(NumAttentionHeads), NumAttentionHeads, NumAttentionHeads > 0, "a count above 0");
        Check(nameof(NumKeyValueHeads), NumKeyValueHeads, NumKeyValueHeads > 0 && NumAttentionHeads % NumKeyValueHeads == 0,
            $"a divisor of {NumAttentionHeads} heads");
        Check(nameof(HeadDim), HeadDim, HeadDim > 0 && HeadDim % 2 == 0 && HeadDim <= int.MaxValue / NumAttentionHeads,
            $"an even width, of which {NumAttentionHeads} fit in 31 bits");
        Check(nameof(MaxPositionEmbeddings), MaxPositionEmbeddings, MaxPositionEmbeddings > 0, "a count above 0");
        Check(nameof(RopeTheta), RopeTheta, RopeTheta > 0 && double.IsFinite(RopeTheta), "a number above 0");
        Check(nameof(RmsNormEps), RmsNormEps, RmsNormEps > 0 && double.IsFinite(RmsNormEps), "a number above 0");
        Check(nameof(SlidingWindow), SlidingWindow, SlidingWindow is null or > 0, "a count above 0");
        CheckId(nameof(BosTokenId), BosTokenId);
        CheckId(nameof(EosTokenId), EosTokenId);
        CheckId(nameof(PadTokenId), PadTokenId);
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

    private static void Check<T>(string name, T found, bool valid, string expected)
    {
        if (!valid)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{nameof(DecoderConfig)}.{name}: found {found}, expected {expected}."));
        }
    }

    private void CheckId(string name, int? id) => Check(name, id, id is null || (id >= 0 && id < VocabSize), $"an id below {VocabSize}");
}
