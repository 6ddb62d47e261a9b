using ModelZoo.Checkpoints;
using ModelZoo.Encoders;
using SpectralAdapters.Files;

namespace ModelZoo.Bert;

/// <summary>A folder with a BERT model, opened and checked before any work starts.</summary>
public sealed class BertCheckpoint : EncoderCheckpoint<BertConfig>
{
    private const string Pooler = "bert.pooler.";
    private const string PreClassifier = "pre_classifier.";
    private const string Classifier = "classifier.";

    // The numbers of the positions, which older files carry.
    private const string PositionIds = "bert.embeddings.position_ids";

    private static readonly string[] Modules = ["embeddings.", "encoder.", "pooler."];
    private static readonly EncoderLayout PoolerLayout = new("bert.", Modules, [Pooler, Classifier], [PositionIds]);
    private static readonly EncoderLayout MeanLayout = new("bert.", Modules, [PreClassifier, Classifier], [PositionIds, Pooler]);

    private BertCheckpoint(string configPath, ClassifierConfig<BertConfig> config, ITensorFile weights)
        : base(configPath, config, config.Config.Head == BertHead.Pooler ? PoolerLayout : MeanLayout, BertShapes.Of, weights)
    {
        // The classifiers of both heads have the same name and shape, but another input.
        var isMean = Weights.Contains($"{PreClassifier}weight");
        if (Weights.Contains($"{Classifier}weight") && isMean != (Config.Head == BertHead.MeanPooling))
        {
            throw new InvalidDataException(
                $"{Weights.Path}: found a classifier {(isMean ? "with" : "without")} {PreClassifier}weight, trained over "
                    + $"{(isMean ? BertHead.MeanPooling : BertHead.Pooler)}, expected the head {Config.Head} or an encoder alone.");
        }
    }

    /// <summary>Opens a folder. Its weights are checked against config.json where they are first asked for; no tensor is read.</summary>
    /// <param name="folder">The folder with config.json and model.safetensors, pytorch_model.bin or model.onnx.</param>
    /// <param name="head">The head of the model to load.</param>
    /// <param name="numLabels">Number of classes, where it is not the one that config.json states.</param>
    /// <exception cref="FileNotFoundException">The folder lacks one of the files.</exception>
    /// <exception cref="InvalidDataException">The files do not describe one BERT model with such a head.</exception>
    public static BertCheckpoint Open(string folder, BertHead head, int? numLabels = null)
    {
        var configPath = Path.Combine(folder, ModelCheckpoint.ConfigFileName);
        var config = BertConfigJson.Read(configPath, numLabels);
        var file = ModelCheckpoint.OpenWeights(folder);
        try
        {
            return new BertCheckpoint(configPath, config with { Config = config.Config with { Head = head } }, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    private protected override IEnumerable<(string Key, double? Value)> Settings(BertConfig config) =>
    [
        .. CommonSettings(config),
        ("max_position_embeddings", config.MaxPositionEmbeddings),
        ("type_vocab_size", config.TypeVocabSize),
        ("classifier_dropout", config.ClassifierDropout ?? config.HiddenDropout),
    ];
}
