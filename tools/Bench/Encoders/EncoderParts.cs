using Bench.Steps;
using ModelZoo.Deberta;
using SpectralAdapters;
using TorchSharp;
using static TorchSharp.torch;

namespace Bench.Encoders;

/// <summary>
/// The parts of a LoRA step on query, key and value, each over random tensors of its true shapes in the form that src/ModelZoo computes it.
/// </summary>
internal sealed class EncoderParts : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly long _batch;
    private readonly long _tokens;
    private readonly long _rows;
    private readonly long _width;
    private readonly long _inner;
    private readonly long _layers;
    private readonly long _heads;
    private readonly long _headSize;
    private readonly long _rank;

    public EncoderParts(EncoderSubject subject)
    {
        var config = subject.Config;
        (_batch, _tokens, _rows) = (subject.Batch, subject.Tokens, subject.Batch * (long)subject.Tokens);
        (_width, _inner, _layers) = (config.HiddenSize, config.IntermediateSize, config.NumHiddenLayers);
        (_heads, _headSize) = (config.NumAttentionHeads, config.HeadSize);
        _rank = subject.Methods.OfType<LoraConfig>().First(method => method.Method == "lora").Rank;
        All =
        [
            Linears(), Adapters(),
            .. config is DebertaConfig
                ? [PositionProjections(), PositionProducts(), Pairs(), Attention(), Softmax()]
                : (StepPart[])[Fused()],
            Norms(), Gelu(),
        ];
    }

    public IReadOnlyList<StepPart> All { get; }

    public void Dispose() => _scope.Dispose();

    // The first layer's query, key and value have no input that needs a gradient.
    private StepPart Linears()
    {
        var (hidden, inner) = (Normal(_rows, _width), Normal(_rows, _inner)); // [N, D], [N, I]
        var (square, up, down) = (Normal(_width, _width), Normal(_inner, _width), Normal(_width, _inner)); // [D, D], [I, D], [D, I]
        return new(
            "frozen linear layers",
            StepPart.Product(4 * _layers, hidden, square.t()), StepPart.Product((4 * _layers) - 3, hidden, square),
            StepPart.Product(_layers, hidden, up.t()), StepPart.Product(_layers, inner, up),
            StepPart.Product(_layers, inner, down.t()), StepPart.Product(_layers, hidden, down));
    }

    private StepPart Adapters() =>
        new("adapters' products", AdapterProducts(_rows, 3 * _layers, (3 * _layers) - 3));

    // The relative embeddings are frozen.
    private StepPart PositionProjections()
    {
        var (relative, square) = (Normal(2 * _tokens, _width), Normal(_width, _width)); // [2T, D], [D, D]
        return new(
            "position projections", [StepPart.Product(2 * _layers, relative, square.t()), .. AdapterProducts(2 * _tokens, 2 * _layers, 0)]);
    }

    // x A^T in the forward and again in the backward, g B, with B; with A where the input needs a gradient; the factors' gradients.
    private (long Count, double Flop, Action Run)[] AdapterProducts(long rows, long layers, long inputs)
    {
        var (hidden, projected, factor) = (Normal(rows, _width), Normal(rows, _rank), Normal(_rank, _width)); // [n, D], [n, r], [r, D]
        return
        [
            StepPart.Product(3 * layers, hidden, factor.t()),
            StepPart.Product(layers + inputs, projected, factor),
            StepPart.Product(2 * layers, projected.t(), hidden),
        ];
    }

    private StepPart PositionProducts()
    {
        var (content, relative) = (Head(), Normal(2 * _tokens, _headSize)); // [B, T, d], [2T, d]
        var rows = content.reshape(_rows, _headSize); // [N, d]
        var products = Normal(_rows, 2 * _tokens); // [N, 2T]
        return new(
            "position products",
            StepPart.Product(2 * _layers * _heads, rows, relative.t()),
            StepPart.Product(2 * _layers * _heads, products, relative),
            StepPart.Product(2 * _layers * _heads, products.t(), rows));
    }

    private StepPart Pairs()
    {
        var scores = Normal(_batch, _tokens, _tokens); // [B, T, T]
        var pairs = Normal(_rows, 2 * _tokens).as_strided(
            [_batch, _tokens, _tokens], [_tokens * 2 * _tokens, (2 * _tokens) - 1, 1], _tokens - 1); // [B, T, T]
        var transposed = pairs.transpose(1, 2); // [B, T, T]
        return new(
            "position scores by pairs",
            InPlace(() => scores.add_(pairs)), InPlace(() => scores.add_(transposed)),
            InPlace(() => pairs.copy_(scores)), InPlace(() => transposed.copy_(scores)));
    }

    private StepPart Attention()
    {
        var (content, scores) = (Head(), Normal(_batch, _tokens, _tokens)); // [B, T, d], [B, T, T]
        return new(
            "attention products",
            StepPart.Product(2 * _layers * _heads, content, content.transpose(1, 2)),
            StepPart.Product(2 * _layers * _heads, scores, content),
            StepPart.Product(2 * _layers * _heads, scores.transpose(1, 2), content));
    }

    private StepPart Softmax()
    {
        var scores = Normal(_batch, _tokens, _tokens); // [B, T, T]
        var probabilities = nn.functional.softmax(scores, -1); // [B, T, T]
        return new(
            "softmax",
            InPlace(() => nn.functional.softmax(probabilities, -1).Dispose()),
            InPlace(() =>
            {
                using var sum = scores.mul_(probabilities).sum(-1, keepdim: true); // [B, T, 1]
                scores.addcmul_(probabilities, sum, -1).mul_(1);
            }));
    }

    // The kernel computes the scores again in its backward.
    private StepPart Fused()
    {
        var flop = 2.0 * _batch * _heads * _tokens * _tokens * _headSize;
        var query = Normal(_batch, _tokens, _heads, _headSize).transpose(1, 2).requires_grad_(); // [B, H, T, d]
        return new("attention", StepPart.Differentiated(
            _layers, 7 * flop, query, () => nn.functional.scaled_dot_product_attention(query, query, query)));
    }

    private StepPart Norms()
    {
        var (hidden, residual) = (Normal(_rows, _width).requires_grad_(), Normal(_rows, _width)); // [N, D] each
        var (weight, bias) = (Normal(_width), Normal(_width)); // [D] each
        return new("residuals and layer norms", StepPart.Differentiated(2 * _layers, 0, hidden, () =>
        {
            using var sum = hidden.add(residual); // [N, D]
            return nn.functional.layer_norm(sum, [_width], weight, bias);
        }));
    }

    private StepPart Gelu()
    {
        var inner = Normal(_rows, _inner).requires_grad_(); // [N, I]
        return new("GELU", StepPart.Differentiated(_layers, 0, inner, () => nn.functional.gelu(inner)));
    }

    private (long Count, double Flop, Action Run) InPlace(Action run) => (_layers * _heads, 0, run);

    private Tensor Head() => Normal(_batch, _tokens, _width).narrow(2, 0, _headSize); // [B, T, d]

    private static Tensor Normal(params long[] shape) => randn(shape);
}
