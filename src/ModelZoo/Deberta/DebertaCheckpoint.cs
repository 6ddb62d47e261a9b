using ModelZoo.Checkpoints;
using ModelZoo.Encoders;
using SpectralAdapters.Files;

namespace ModelZoo.Deberta;

/// <summary>A folder with a DeBERTaV3 model, opened and checked before any work starts.</summary>
public sealed class DebertaCheckpoint : EncoderCheckpoint<DebertaConfig>
{
    // A pretrained file ends at the encoder; the authors ran it with a pooler left as initialised. Absolute positions are not used by V3.
    private static readonly EncoderLayout Layout = new(
        "deberta.", ["embeddings.", "encoder."], ["pooler.", "classifier."], ["deberta.embeddings.position_"]);

    private DebertaCheckpoint(string configPath, ClassifierConfig<DebertaConfig> config, ITensorFile weights)
        : base(configPath, config, Layout, DebertaShapes.Of, weights)
    {
    }

    /// <summary>Opens a folder. Its weights are checked against config.json where they are first asked for; no tensor is read.</summary>
    /// <param name="folder">The folder with config.json and the weights.</param>
    /// <param name="numLabels">Number of classes, where it is not the one that config.json states.</param>
    /// <exception cref="FileNotFoundException">The folder lacks one of the files.</exception>
    /// <exception cref="InvalidDataException">The files do not describe one DeBERTaV3 model.</exception>
    public static DebertaCheckpoint Open(string folder, int? numLabels = null)
    {
        var configPath = Path.Combine(folder, ModelCheckpoint.ConfigFileName);
        var config = DebertaConfigJson.Read(configPath, numLabels);
        var file = ModelCheckpoint.OpenWeights(folder);
        try
        {
            return new DebertaCheckpoint(configPath, config, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    private protected override IEnumerable<(string Key, double? Value)> Settings(DebertaConfig config) =>
    [
        .. CommonSettings(config),
        ("position_buckets", config.PositionBuckets),
        ("max_position_embeddings", config.MaxPositionEmbeddings),
        ("max_relative_positions", config.FarthestDistance),
        ("pooler_dropout", config.PoolerDropout),
    ];
}
