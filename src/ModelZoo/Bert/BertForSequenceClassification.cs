using ModelZoo.Checkpoints;
using ModelZoo.Encoders;
using SpectralAdapters;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Bert;

/// <summary>
/// BERT with a classifier over its pooler or over the mean of the hidden states; the state dict has Hugging Face's names
/// (<c>BertForSequenceClassification</c>). Every linear layer is an <see cref="AdaptableLinear"/>.
/// </summary>
public sealed class BertForSequenceClassification : nn.Module<Tensor, Tensor?, Tensor?, Tensor>, ISequenceClassifier
{
    [ComponentName(Name = "bert")]
    private readonly BertModel _bert;

    [ComponentName(Name = "pre_classifier")]
    private readonly AdaptableLinear? _preClassifier;

    [ComponentName(Name = "classifier")]
    private readonly AdaptableLinear _classifier;

    [ComponentName(Name = "dropout")]
    private readonly Dropout _dropout;

    /// <summary>A model with random weights: normal with <see cref="EncoderConfig.InitializerRange"/>, zero biases.</summary>
    /// <param name="config">The sizes and the head.</param>
    /// <param name="generator">Source of the random weights (CPU).</param>
    /// <exception cref="ArgumentException">A size is impossible.</exception>
    public BertForSequenceClassification(BertConfig config, Generator generator)
        : this(config) => Initialize(_ => true, generator);

    private BertForSequenceClassification(BertConfig config)
        : base(nameof(BertForSequenceClassification))
    {
        config.Validate();
        Config = config;
        _bert = new BertModel(config);
        _preClassifier = config.Head == BertHead.MeanPooling ? new AdaptableLinear(config.HiddenSize, config.HiddenSize) : null;
        _classifier = new AdaptableLinear(config.HiddenSize, config.NumLabels);
        _dropout = nn.Dropout(config.ClassifierDropout ?? config.HiddenDropout);
        RegisterComponents();
    }

    /// <summary>The model's sizes and its head.</summary>
    public BertConfig Config { get; }

    /// <summary>Embeddings, encoder and pooler.</summary>
    public BertModel Bert => _bert;

    /// <summary>Loads a checkpoint that has been checked.</summary>
    /// <param name="checkpoint">The checkpoint; it stays open.</param>
    /// <param name="generator">Source of the random weights of the head where the file has none (CPU).</param>
    /// <returns>A float32 model on the CPU, whatever the file's element type.</returns>
    /// <exception cref="InvalidDataException">A weight cannot be read or is not finite.</exception>
    public static BertForSequenceClassification Load(BertCheckpoint checkpoint, Generator generator) =>
        SequenceClassification.Load(
            checkpoint, config => new BertForSequenceClassification(config), model => model.Parameters(), generator);

    /// <summary>
    /// Writes config.json and model.safetensors. Adapters in the layers' slots are part of it only where they are merged.
    /// </summary>
    /// <param name="folder">The folder; created if it does not exist.</param>
    public void Save(string folder) => ModelCheckpoint.Save(folder, Parameters(), BertConfigJson.Write(Config));

    /// <param name="inputIds">[B, T], int64.</param>
    /// <param name="tokenTypeIds">[B, T], int64; null where all are 0.</param>
    /// <param name="attentionMask">
    /// [B, T], 1 for a token, 0 for padding, at least one token in a sequence; null where nothing is padded (faster).
    /// </param>
    /// <returns>The logits, [B, labels].</returns>
    public override Tensor forward(Tensor inputIds, Tensor? tokenTypeIds, Tensor? attentionMask)
    {
        using var scope = torch.NewDisposeScope();
        var hidden = _bert.forward(inputIds, tokenTypeIds, attentionMask); // [B, T, D]
        var summary = _preClassifier is null
            ? _bert.PooledOutput(hidden) // [B, D]
            : _preClassifier.forward(BertModel.MeanPooling(hidden, attentionMask)).tanh(); // [B, D]
        return _classifier.forward(_dropout.forward(summary)).MoveToOuterDisposeScope(); // [B, labels]
    }

    /// <inheritdoc/>
    public Tensor Logits(Tensor inputIds, Tensor? tokenTypeIds, Tensor? attentionMask) => call(inputIds, tokenTypeIds, attentionMask);

    /// <inheritdoc cref="SequenceClassification.Loss"/>
    /// <param name="logits">[B, labels].</param>
    /// <param name="labels">[B]: numbers with one label, int64 classes with more.</param>
    public Tensor Loss(Tensor logits, Tensor labels) => SequenceClassification.Loss(logits, labels, Config.NumLabels);

    private Dictionary<string, Tensor> Parameters() => SequenceClassification.Parameters(this, BertShapes.Of(Config));

    private void Initialize(Func<string, bool> select, Generator generator) =>
        SequenceClassification.Initialize(Parameters(), Config, select, generator);
}
