using Bench.Steps;
using ModelZoo.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace Bench.Decoders;

/// <summary>
/// The parts of a LoRA step on six projections in float32, each over random tensors of its true shapes in the form that src/ModelZoo
/// computes
/// it.
/// </summary>
internal sealed class DecoderParts : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly DecoderConfig _config;
    private readonly long _batch;
    private readonly long _length;
    private readonly long _rows;
    private readonly long _layers;
    private readonly long _width;
    private readonly long _inner;
    private readonly long _queries;
    private readonly long _keys;

    public DecoderParts(DecoderConfig config, int batch, int length)
    {
        (_config, _batch, _length, _rows) = (config, batch, length, batch * (long)length);
        (_layers, _width, _inner) = (config.NumHiddenLayers, config.HiddenSize, config.IntermediateSize);
        (_queries, _keys) = (config.NumAttentionHeads * (long)config.HeadDim, config.NumKeyValueHeads * (long)config.HeadDim);
        All = [Linears(), Adapters(), Head(), Attention(), Rotations(), Norms(), SwiGlu(), Residuals()];
    }

    public IReadOnlyList<StepPart> All { get; }

    public void Dispose() => _scope.Dispose();

    // The first layer's query, key and value have no input that needs a gradient.
    private StepPart Linears() => new(
        "frozen linear layers",
        [
            .. Linear(_width, _queries, _layers, _layers - 1), .. Linear(_width, _keys, 2 * _layers, 2 * (_layers - 1)),
            .. Linear(_queries, _width, _layers, _layers), .. Linear(_width, _inner, 2 * _layers, 2 * _layers),
            .. Linear(_inner, _width, _layers, _layers),
        ]);

    private (long Count, double Flop, Action Run)[] Linear(long inputs, long outputs, long forwards, long backwards)
    {
        var (x, y, weight) = (Normal(_rows, inputs), Normal(_rows, outputs), Normal(outputs, inputs)); // [N, n], [N, m], [m, n]
        return [StepPart.Product(forwards, x, weight.t()), StepPart.Product(backwards, y, weight)];
    }

    private StepPart Adapters() => new(
        "adapters' products",
        [
            .. Adapter(_width, _queries, _layers, _layers - 1), .. Adapter(_width, _keys, 2 * _layers, 2 * (_layers - 1)),
            .. Adapter(_width, _inner, 2 * _layers, 2 * _layers), .. Adapter(_inner, _width, _layers, _layers),
        ]);

    // x A^T in the forward and again in the backward; times B^T; g B; with A where the input needs a gradient; the factors' gradients.
    private (long Count, double Flop, Action Run)[] Adapter(long inputs, long outputs, long layers, long backwards)
    {
        var (x, gradient, hidden) = (Normal(_rows, inputs), Normal(_rows, outputs), Normal(_rows, DecoderMethods.Rank));
        var (down, up) = (Normal(DecoderMethods.Rank, inputs), Normal(outputs, DecoderMethods.Rank)); // [r, n], [m, r]
        return
        [
            StepPart.Product(2 * layers, x, down.t()), StepPart.Product(layers, hidden, up.t()), StepPart.Product(layers, gradient, up),
            StepPart.Product(backwards, hidden, down), StepPart.Product(layers, hidden.t(), x),
            StepPart.Product(layers, hidden.t(), gradient),
        ];
    }

    // Logits and the hidden states' gradient.
    private StepPart Head()
    {
        var (hidden, weight) = (Normal(_rows, _width).requires_grad_(), Normal(_config.VocabSize, _width)); // [N, D], [V, D]
        var targets = zeros(_rows, dtype: ScalarType.Int64); // [N]
        return new("head and loss", (1, 4.0 * _rows * _width * _config.VocabSize, () =>
        {
            using var scope = NewDisposeScope();
            VocabularyLossFunction.Apply(hidden, weight, targets, DecoderForCausalLm.RowsAtOnce(_config.VocabSize), null);
        }));
    }

    private StepPart Attention()
    {
        var query = Normal(_batch, _length, _config.NumAttentionHeads, _config.HeadDim).requires_grad_(); // [B, T, H, d]
        var (key, value) = (Keys(), Keys()); // [B, T, K, d] each
        var options = new GroupedAttentionOptions(1 / Math.Sqrt(_config.HeadDim), Mask: null);
        // Half of the pairs, in six products.
        var flop = 6.0 * _batch * _length * _length * _queries;
        return new("attention", StepPart.Differentiated(_layers, flop, query, () => GroupedAttention.Apply(query, key, value, options)));

        Tensor Keys() => Normal(_batch, _length, _config.NumKeyValueHeads, _config.HeadDim).requires_grad_();
    }

    private StepPart Rotations()
    {
        using var positions = arange(_length).unsqueeze(0); // [1, T]
        var angles = RotaryAngles.Of(positions, _config.HeadDim, _config.RopeTheta, ScalarType.Float32);
        return new("rotations", Rotation(_config.NumAttentionHeads), Rotation(_config.NumKeyValueHeads));

        (long Count, double Flop, Action Run) Rotation(long heads)
        {
            var input = Normal(_batch, _length, heads, _config.HeadDim).requires_grad_(); // [B, T, heads, d]
            return StepPart.Differentiated(_layers, 0, input, () => RotaryFunction.Apply(input, angles.Cosine, angles.Sine));
        }
    }

    private StepPart Norms()
    {
        var (hidden, weight) = (Normal(_rows, _width).requires_grad_(), Normal(_width)); // [N, D], [D]
        return new("norms", StepPart.Differentiated(
            (2 * _layers) + 1, 0, hidden, () => RmsNormFunction.Apply(hidden, weight, _config.RmsNormEps)));
    }

    private StepPart SwiGlu()
    {
        var (gate, up) = (Normal(_rows, _inner).requires_grad_(), Normal(_rows, _inner).requires_grad_()); // [N, I] each
        return new("SwiGLU", StepPart.Differentiated(_layers, 0, gate, () => nn.functional.silu(gate).mul(up)));
    }

    private StepPart Residuals()
    {
        var (hidden, added) = (Normal(_rows, _width), Normal(_rows, _width)); // [N, D] each
        // Forward, and the sum of both gradients.
        return new("residual sums", (4 * _layers, 0, () => hidden.add(added).Dispose()));
    }

    private static Tensor Normal(params long[] shape) => randn(shape);
}
