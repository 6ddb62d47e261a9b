using ModelZoo.Checkpoints;
using SpectralAdapters;
using SpectralAdapters.Functions;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>
/// Llama or Mistral with a language-modelling head; the state dict has Hugging Face's names (<c>LlamaForCausalLM</c>,
/// <c>MistralForCausalLM</c>). A head tied to the embedding is no parameter of its own. Every linear layer is an
/// <see cref="AdaptableLinear"/>.
/// </summary>
public sealed class DecoderForCausalLm : nn.Module<Tensor, Tensor?, Tensor>
{
    /// <summary>The label of a token that is not to be predicted.</summary>
    public const long Ignored = -100;

    // 64 MiB in float32: large enough for products at full speed.
    private const int LogitsAtOnce = 1 << 24;

    private readonly WideningBuffer? _widening;

    [ComponentName(Name = "model")]
    private readonly DecoderModel _model;

    [ComponentName(Name = "lm_head")]
    private readonly AdaptableLinear? _head;

    /// <summary>A model with random weights: normal with <see cref="DecoderConfig.InitializerRange"/>.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="generator">Source of the random weights (CPU).</param>
    /// <exception cref="ArgumentException">A size is impossible.</exception>
    public DecoderForCausalLm(DecoderConfig config, Generator generator)
        : this(config, ScalarType.Float32, hiddenType: null)
    {
        using var noGrad = no_grad();
        foreach (var (name, parameter) in Parameters().Where(pair => !pair.Key.EndsWith("norm.weight", StringComparison.Ordinal)))
        {
            parameter.normal_(0, config.InitializerRange, generator);
            if (name == "model.embed_tokens.weight" && config.PadTokenId is { } padding)
            {
                using var row = parameter.select(0, padding); // [D]
                row.fill_(0);
            }
        }
    }

    private DecoderForCausalLm(DecoderConfig config, ScalarType type, ScalarType? hiddenType)
        : base(nameof(DecoderForCausalLm))
    {
        config.Validate();
        Config = config;
        _model = new DecoderModel(config, type, hiddenType);
        _head = config.TieWordEmbeddings ? null : Projection.Of(config.HiddenSize, config.VocabSize, type);
        RegisterComponents();
        if (hiddenType is null)
        {
            return;
        }

        _widening = new WideningBuffer();
        foreach (var layer in modules().OfType<AdaptableLinear>())
        {
            layer.Widening = _widening;
        }
    }

    /// <summary>The model's sizes.</summary>
    public DecoderConfig Config { get; }

    /// <summary>Embedding and layers.</summary>
    public DecoderModel Model => _model;

    private Tensor HeadWeight => _head?.Weight ?? _model.EmbeddingWeight;

    /// <summary>Loads a folder in Hugging Face's layout or a GGUF file.</summary>
    /// <param name="path">As in <see cref="DecoderCheckpoint.Open"/>.</param>
    /// <param name="type">The element type of the model's weights.</param>
    /// <param name="hiddenType">As for the other overload.</param>
    /// <exception cref="FileNotFoundException">The folder lacks one of the files.</exception>
    /// <exception cref="InvalidDataException">The files do not describe one model, or a weight is not finite.</exception>
    public static DecoderForCausalLm Load(string path, ScalarType type = ScalarType.Float32, ScalarType? hiddenType = null)
    {
        using var checkpoint = DecoderCheckpoint.Open(path);
        return Load(checkpoint, type, hiddenType);
    }

    /// <summary>Loads a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint; it stays open.</param>
    /// <param name="type">The element type of the model's weights.</param>
    /// <param name="hiddenType">
    /// The element type of hidden states, keys and values; the weights' by default. Weights of another type are widened layer by layer into
    /// one buffer, as <see cref="Bfloat16Products"/> asks for.
    /// </param>
    /// <exception cref="InvalidDataException">A weight cannot be read or is not finite.</exception>
    public static DecoderForCausalLm Load(
        DecoderCheckpoint checkpoint, ScalarType type = ScalarType.Float32, ScalarType? hiddenType = null)
    {
        var model = new DecoderForCausalLm(checkpoint.Config, type, hiddenType);
        try
        {
            ModelCheckpoint.Copy(checkpoint.Weights, model.Parameters());
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Puts layers on devices, the head on the last layer's unless it is tied to the embedding.</summary>
    /// <inheritdoc cref="DecoderModel.Place"/>
    public void Place(IReadOnlyList<Device> devices)
    {
        _model.Place(devices);
        _head?.to(devices[^1]);
    }

    /// <param name="inputIds">[B, T], int64.</param>
    /// <param name="attentionMask">
    /// [B, T], 1 for a token, 0 for padding; null where nothing is padded. Positions count from the left edge, padding included.
    /// </param>
    /// <returns>The logits, [B, T, V].</returns>
    public override Tensor forward(Tensor inputIds, Tensor? attentionMask)
    {
        using var scope = NewDisposeScope();
        return Logits(_model.forward(inputIds, attentionMask)).MoveToOuterDisposeScope();
    }

    /// <summary>The logits of hidden states.</summary>
    /// <param name="hidden">[.., D], normalised.</param>
    /// <returns>[.., V].</returns>
    public Tensor Logits(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return (_head is not null
            ? _head.forward(hidden)
            : LowRankLinear.BaseForward(hidden.to(HeadWeight.device), HeadWeight, null, _widening)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The mean loss of transformers: each token predicts the next, over all next tokens that have a label. The logits are computed for
    /// predicted tokens alone, and in parts.
    /// </summary>
    /// <param name="inputIds">[B, T], int64.</param>
    /// <param name="attentionMask">As in <see cref="forward"/>.</param>
    /// <param name="labels">[B, T], int64: the ids, or <see cref="Ignored"/>.</param>
    /// <returns>A float32 scalar; not a number where nothing has a label.</returns>
    public Tensor Loss(Tensor inputIds, Tensor? attentionMask, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var (rows, targets) = Predicted(_model.forward(inputIds, attentionMask), labels); // [N, D], [N]
        return Sum(rows, targets).div(targets.shape[0]).MoveToOuterDisposeScope();
    }

    /// <summary>The summed loss and the number of predicted tokens of each sequence, without a gradient.</summary>
    /// <inheritdoc cref="Loss"/>
    public IReadOnlyList<(double Sum, long Tokens)> SequenceLosses(Tensor inputIds, Tensor? attentionMask, Tensor labels)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var hidden = _model.forward(inputIds, attentionMask); // [B, T, D]
        return
        [
            .. Enumerable.Range(0, (int)hidden.shape[0]).Select(sequence =>
            {
                var (rows, targets) = Predicted(hidden.narrow(0, sequence, 1), labels.narrow(0, sequence, 1)); // [N, D], [N]
                return (Sum(rows, targets).to_type(ScalarType.Float64).item<double>(), targets.shape[0]);
            }),
        ];
    }

    /// <summary>
    /// Writes config.json and model.safetensors. Adapters in the layers' slots are part of it only where they are merged.
    /// </summary>
    /// <param name="folder">The folder; created if it does not exist.</param>
    /// <param name="dtype">The element type in the file; the model's own by default.</param>
    public void Save(string folder, ScalarType? dtype = null) =>
        ModelCheckpoint.Save(folder, Parameters(), DecoderConfigJson.Write(Config), dtype);

    /// <summary>Tokens whose logits are computed at once.</summary>
    internal static int RowsAtOnce(int vocabSize) => Math.Max(1, LogitsAtOnce / vocabSize);

    // Hidden states that predict a token with a label, and these tokens.
    private static (Tensor Rows, Tensor Targets) Predicted(Tensor hidden, Tensor labels)
    {
        var next = labels.narrow(1, 1, labels.shape[1] - 1).to(hidden.device).reshape(-1); // [B (T - 1)]
        var indices = next.ne(Ignored).nonzero().squeeze(1); // [N]
        var before = hidden.narrow(1, 0, hidden.shape[1] - 1).reshape(-1, hidden.shape[2]); // [B (T - 1), D]
        var targets = next.index_select(0, indices); // [N]
        return (indices.shape[0] == next.shape[0] ? before : before.index_select(0, indices), targets);
    }

    private Tensor Sum(Tensor rows, Tensor targets)
    {
        var chunk = RowsAtOnce(Config.VocabSize);
        return _head is { Adapter: not null, IsMerged: false }
            ? AdaptedSum(rows, targets, chunk)
            : VocabularyLossFunction.Apply(
                rows.to(HeadWeight.device), is_grad_enabled() ? HeadWeight : HeadWeight.detach(), targets.to(HeadWeight.device), chunk,
                _widening);
    }

    // An adapter computes its own gradients: its logits are computed again in the backward.
    private Tensor AdaptedSum(Tensor rows, Tensor targets, int chunk)
    {
        var sums = new List<Tensor>();
        for (var start = 0L; start < targets.shape[0]; start += chunk)
        {
            var count = Math.Min(chunk, targets.shape[0] - start);
            var (part, target) = (rows.narrow(0, start, count), targets.narrow(0, start, count)); // [c, D], [c]
            sums.Add(is_grad_enabled() ? RecomputedFunction.Apply(part, CrossEntropy, target) : CrossEntropy(part, [target]));

            Tensor CrossEntropy(Tensor hidden, IReadOnlyList<Tensor> constants)
            {
                using var scope = NewDisposeScope();
                var logits = _head!.forward(hidden); // [c, V]
                var wide = logits.dtype == ScalarType.Float64 ? logits : logits.to_type(ScalarType.Float32); // [c, V]
                return nn.functional.cross_entropy(wide, constants[0], reduction: nn.Reduction.Sum).view(1).MoveToOuterDisposeScope();
            }
        }

        return cat(sums).sum();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _widening?.Dispose();
        }

        base.Dispose(disposing);
    }

    private Dictionary<string, Tensor> Parameters()
    {
        var parameters = named_parameters().ToDictionary(pair => pair.name, pair => (Tensor)pair.parameter);
        return DecoderShapes.Of(Config).Keys.ToDictionary(name => name, name => parameters[name]);
    }
}
