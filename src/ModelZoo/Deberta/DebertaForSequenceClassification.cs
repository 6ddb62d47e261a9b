using ModelZoo.Checkpoints;
using ModelZoo.Encoders;
using SpectralAdapters;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Deberta;

/// <summary>
/// DeBERTaV3 with a pooler and a classifier; the state dict has Hugging Face's names
/// (<c>DebertaV2ForSequenceClassification</c>). Every linear layer is an <see cref="AdaptableLinear"/>.
/// </summary>
public sealed class DebertaForSequenceClassification : nn.Module<Tensor, Tensor?, Tensor>, ISequenceClassifier
{
    [ComponentName(Name = "deberta")]
    private readonly DebertaModel _deberta;

    [ComponentName(Name = "pooler")]
    private readonly DebertaPooler _pooler;

    [ComponentName(Name = "classifier")]
    private readonly AdaptableLinear _classifier;

    [ComponentName(Name = "dropout")]
    private readonly Dropout _dropout;

    /// <summary>A model with random weights: normal with <see cref="EncoderConfig.InitializerRange"/>, zero biases.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="generator">Source of the random weights (CPU).</param>
    /// <exception cref="ArgumentException">A size is impossible.</exception>
    public DebertaForSequenceClassification(DebertaConfig config, Generator generator)
        : this(config) => Initialize(_ => true, generator);

    private DebertaForSequenceClassification(DebertaConfig config)
        : base(nameof(DebertaForSequenceClassification))
    {
        config.Validate();
        Config = config;
        _deberta = new DebertaModel(config);
        _pooler = new DebertaPooler(config);
        _classifier = new AdaptableLinear(config.HiddenSize, config.NumLabels);
        _dropout = nn.Dropout(config.HiddenDropout);
        RegisterComponents();
    }

    /// <summary>The model's sizes.</summary>
    public DebertaConfig Config { get; }

    /// <summary>Embeddings and encoder.</summary>
    public DebertaModel Deberta => _deberta;

    /// <summary>Loads a folder in Hugging Face's layout: config.json and model.safetensors or pytorch_model.bin.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="generator">Source of the random weights of pooler and classifier where the file has none (CPU).</param>
    /// <param name="numLabels">Number of classes, where it is not the one that config.json states.</param>
    /// <returns>A float32 model on the CPU, whatever the file's element type.</returns>
    /// <exception cref="FileNotFoundException">The folder lacks one of the files.</exception>
    /// <exception cref="InvalidDataException">The files do not describe one DeBERTaV3 model.</exception>
    public static DebertaForSequenceClassification Load(string folder, Generator generator, int? numLabels = null)
    {
        using var checkpoint = DebertaCheckpoint.Open(folder, numLabels);
        return Load(checkpoint, generator);
    }

    /// <summary>Loads a checkpoint that has been checked.</summary>
    /// <param name="checkpoint">The checkpoint; it stays open.</param>
    /// <param name="generator">Source of the random weights of pooler and classifier where the file has none (CPU).</param>
    /// <returns>A float32 model on the CPU, whatever the file's element type.</returns>
    /// <exception cref="InvalidDataException">A weight cannot be read or is not finite.</exception>
    public static DebertaForSequenceClassification Load(DebertaCheckpoint checkpoint, Generator generator) =>
        SequenceClassification.Load(
            checkpoint, config => new DebertaForSequenceClassification(config), model => model.Parameters(), generator);

    /// <summary>
    /// Writes config.json and model.safetensors. Adapters in the layers' slots are part of it only where they are merged.
    /// </summary>
    /// <param name="folder">The folder; created if it does not exist.</param>
    /// <param name="dtype">The element type in the file; the model's own by default.</param>
    public void Save(string folder, ScalarType? dtype = null) =>
        ModelCheckpoint.Save(folder, Parameters(), DebertaConfigJson.Write(Config), dtype);

    /// <param name="inputIds">[B, T], int64.</param>
    /// <param name="attentionMask">
    /// [B, T], 1 for a token, 0 for padding, at least one token in a row; null where nothing is padded (faster).
    /// </param>
    /// <returns>The logits, [B, labels].</returns>
    public override Tensor forward(Tensor inputIds, Tensor? attentionMask)
    {
        using var scope = torch.NewDisposeScope();
        var pooled = PooledOutput(_deberta.forward(inputIds, attentionMask)); // [B, D]
        return _classifier.forward(_dropout.forward(pooled)).MoveToOuterDisposeScope(); // [B, labels]
    }

    /// <summary>The pooler's output.</summary>
    /// <param name="hidden">[B, T, D], the last layer's hidden states.</param>
    /// <returns>[B, D].</returns>
    public Tensor PooledOutput(Tensor hidden) => _pooler.forward(hidden);

    /// <inheritdoc/>
    public Tensor Logits(Tensor inputIds, Tensor? tokenTypeIds, Tensor? attentionMask) => call(inputIds, attentionMask);

    /// <summary>
    /// The mean loss of transformers: squared error with one label, cross-entropy with more. Half precision is widened
    /// to float32 first.
    /// </summary>
    /// <param name="logits">[B, labels].</param>
    /// <param name="labels">[B]: numbers with one label, int64 classes with more.</param>
    /// <returns>A scalar.</returns>
    public Tensor Loss(Tensor logits, Tensor labels) => SequenceClassification.Loss(logits, labels, Config.NumLabels);

    private Dictionary<string, Tensor> Parameters() => SequenceClassification.Parameters(this, DebertaShapes.Of(Config));

    private void Initialize(Func<string, bool> select, Generator generator) =>
        SequenceClassification.Initialize(Parameters(), Config, select, generator);
}
