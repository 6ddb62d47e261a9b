using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>Embedding, decoder layers and the last normalisation.</summary>
public sealed class DecoderModel : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly DecoderConfig _config;
    private readonly ScalarType? _hiddenType;
    private Device[] _devices;

    [ComponentName(Name = "embed_tokens")]
    private readonly TokenEmbedding _embedding;

    [ComponentName(Name = "layers")]
    private readonly ModuleList<DecoderLayer> _layers;

    [ComponentName(Name = "norm")]
    private readonly RmsNorm _norm;

    internal DecoderModel(DecoderConfig config, ScalarType type, ScalarType? hiddenType)
        : base(nameof(DecoderModel))
    {
        (_config, _hiddenType) = (config, hiddenType);
        _embedding = new TokenEmbedding(config, type);
        _layers = new ModuleList<DecoderLayer>(
            [.. Enumerable.Range(0, config.NumHiddenLayers).Select(layer => new DecoderLayer(config, layer, type))]);
        _norm = new RmsNorm(config.HiddenSize, config.RmsNormEps, type);
        _devices = [.. Enumerable.Repeat(CPU, config.NumHiddenLayers)];
        RegisterComponents();
    }

    /// <summary>
    /// Whether a layer's activations are computed again in the backward instead of being kept: the same losses and gradients in less
    /// memory and more time.
    /// </summary>
    public bool Recompute { get; set; }

    /// <summary>The device of each layer.</summary>
    public IReadOnlyList<Device> Devices => _devices;

    /// <summary>The element type of hidden states, keys and values: the weights' own, or a wider one.</summary>
    public ScalarType HiddenType => _hiddenType ?? EmbeddingWeight.dtype;

    /// <summary>The embedding's weight, [V, D].</summary>
    internal Parameter EmbeddingWeight => _embedding.Weight;

    /// <summary>Moves the embedding to the first layer's device and the last normalisation to the last layer's.</summary>
    /// <param name="devices">The device of each layer.</param>
    /// <exception cref="ArgumentException">There are not as many devices as layers.</exception>
    public void Place(IReadOnlyList<Device> devices)
    {
        if (devices.Count != _layers.Count)
        {
            throw new ArgumentException(
                $"Found {devices.Count} devices, expected one for each of {_layers.Count} layers.", nameof(devices));
        }

        _devices = [.. devices];
        _embedding.to(devices[0]);
        foreach (var (layer, device) in _layers.Zip(devices))
        {
            layer.to(device);
        }

        _norm.to(devices[^1]);
    }

    /// <param name="inputIds">[B, T], int64.</param>
    /// <param name="attentionMask">
    /// [B, T], 1 for a token, 0 for padding; null where nothing is padded. Positions count from the left edge, padding included.
    /// </param>
    /// <returns>[B, T, D], normalised.</returns>
    public override Tensor forward(Tensor inputIds, Tensor? attentionMask)
    {
        using var scope = NewDisposeScope();
        return HiddenStates(inputIds, attentionMask).Last().MoveToOuterDisposeScope();
    }

    /// <summary>The embeddings, every layer's output and the normalised last one; all belong to the caller's dispose scope.</summary>
    /// <inheritdoc cref="forward"/>
    /// <returns>[B, T, D] each; one more than layers, and the last once more after the normalisation.</returns>
    public IEnumerable<Tensor> HiddenStates(Tensor inputIds, Tensor? attentionMask)
    {
        var positions = arange(inputIds.shape[1], device: _devices[0]).unsqueeze(0); // [1, T]
        return Run(inputIds, attentionMask, positions, cache: null);
    }

    /// <summary>Reads further tokens behind those in a cache.</summary>
    /// <param name="inputIds">[B, T], int64.</param>
    /// <param name="attentionMask">[B, S], of the tokens in the cache and these; null where nothing is padded.</param>
    /// <param name="positions">[B or 1, T].</param>
    /// <param name="cache">The cache.</param>
    /// <returns>[B, T, D], normalised.</returns>
    public Tensor Continue(Tensor inputIds, Tensor? attentionMask, Tensor positions, KeyValueCache cache)
    {
        using var scope = NewDisposeScope();
        var hidden = Run(inputIds, attentionMask, positions, cache).Last(); // [B, T, D]
        cache.Advance(inputIds.shape[1]);
        return hidden.MoveToOuterDisposeScope();
    }

    /// <summary>Reads tokens at given positions, without a cache.</summary>
    internal Tensor Read(Tensor inputIds, Tensor? attentionMask, Tensor positions)
    {
        using var scope = NewDisposeScope();
        return Run(inputIds, attentionMask, positions, cache: null).Last().MoveToOuterDisposeScope(); // [B, T, D]
    }

    private IEnumerable<Tensor> Run(Tensor inputIds, Tensor? attentionMask, Tensor positions, KeyValueCache? cache)
    {
        var (length, before) = (inputIds.shape[1], cache?.Length ?? 0);
        var device = _devices[0];
        var pass = new DecoderPass(
            RotaryAngles.Of(positions, _config.HeadDim, _config.RopeTheta, HiddenType),
            AttentionMask.Of(attentionMask, length, before + length, _config.SlidingWindow, HiddenType, device), cache);
        var hidden = _embedding.forward(inputIds).to_type(HiddenType); // [B, T, D]
        yield return hidden;
        foreach (var (layer, next) in _layers.Zip(_devices))
        {
            if (next != device)
            {
                (pass, hidden, device) = (pass.To(next), hidden.to(next), next);
            }

            hidden = Recompute && is_grad_enabled()
                ? RecomputedFunction.Apply(hidden, (input, tensors) => layer.forward(input, DecoderPass.Of(tensors)), pass.Tensors)
                : layer.forward(hidden, pass); // [B, T, D]
            yield return hidden;
        }

        yield return _norm.forward(hidden); // [B, T, D]
    }
}
