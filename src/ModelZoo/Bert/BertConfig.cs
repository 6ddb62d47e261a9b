using ModelZoo.Encoders;

namespace ModelZoo.Bert;

/// <summary>
/// The sizes of a BERT encoder and its head: the fields of its published config.json that differ between models. The fixed part of the
/// architecture (absolute positions, GELU, layer norms after the blocks) is checked when a config.json is read.
/// </summary>
public sealed record BertConfig : EncoderConfig
{
    /// <summary>Sizes with the layer norm epsilon of BERT, 1e-12.</summary>
    public BertConfig() => LayerNormEps = 1e-12;

    /// <summary>The most tokens that a sequence can have.</summary>
    public required int MaxPositionEmbeddings { get; init; }

    /// <summary>Number of token types: the first and the second sentence of a pair.</summary>
    public int TypeVocabSize { get; init; } = 2;

    /// <summary>Dropout before the classifier; <see cref="EncoderConfig.HiddenDropout"/> where it is null.</summary>
    public double? ClassifierDropout { get; init; }

    /// <summary>The head; config.json knows none.</summary>
    public BertHead Head { get; init; }

    /// <summary>
    /// sentence-transformers/all-MiniLM-L6-v2 and Snowflake/snowflake-arctic-embed-xs: six layers, 22,713,216 parameters with the pooler.
    /// </summary>
    public static BertConfig MiniLmL6 { get; } = new()
    {
        VocabSize = 30_522,
        HiddenSize = 384,
        IntermediateSize = 1536,
        NumHiddenLayers = 6,
        NumAttentionHeads = 12,
        MaxPositionEmbeddings = 512,
    };

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check(nameof(MaxPositionEmbeddings), MaxPositionEmbeddings, MaxPositionEmbeddings > 0, "a count above 0");
        Check(nameof(TypeVocabSize), TypeVocabSize, TypeVocabSize > 0, "a count above 0");
        Check(nameof(ClassifierDropout), ClassifierDropout, ClassifierDropout is null or (>= 0 and < 1), "a probability below 1");
    }
}
