using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Bench.Torch;

/// <summary>A causal language model of two pre-norm layers; toy_transformer.py is the same model in PyTorch.</summary>
internal sealed class ToyTransformer : nn.Module<Tensor, Tensor>
{
    public const int Vocabulary = 1000;
    public const int Width = 256;
    public const int Heads = 4;
    public const int Layers = 2;
    public const int Length = 64;

    [ComponentName(Name = "tokens")]
    private readonly Embedding _tokens = nn.Embedding(Vocabulary, Width);

    [ComponentName(Name = "positions")]
    private readonly Embedding _positions = nn.Embedding(Length, Width);

    [ComponentName(Name = "layers")]
    private readonly ModuleList<Block> _layers = nn.ModuleList([.. Enumerable.Range(0, Layers).Select(_ => new Block())]);

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm = nn.LayerNorm(Width);

    [ComponentName(Name = "head")]
    private readonly Linear _head = nn.Linear(Width, Vocabulary, hasBias: false);

    [ComponentName(Name = "order")]
    private readonly Tensor _order = arange(Length); // [T]

    public ToyTransformer()
        : base(nameof(ToyTransformer)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = _tokens.call(input) + _positions.call(_order); // [B, T, D]
        foreach (var layer in _layers)
        {
            x = layer.call(x);
        }

        return _head.call(_norm.call(x)).MoveToOuterDisposeScope(); // [B, T, V]
    }

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "attentionNorm")]
        private readonly LayerNorm _attentionNorm = nn.LayerNorm(Width);

        [ComponentName(Name = "qkv")]
        private readonly Linear _qkv = nn.Linear(Width, 3 * Width);

        [ComponentName(Name = "output")]
        private readonly Linear _output = nn.Linear(Width, Width);

        [ComponentName(Name = "feedForwardNorm")]
        private readonly LayerNorm _feedForwardNorm = nn.LayerNorm(Width);

        [ComponentName(Name = "up")]
        private readonly Linear _up = nn.Linear(Width, 4 * Width);

        [ComponentName(Name = "down")]
        private readonly Linear _down = nn.Linear(4 * Width, Width);

        [ComponentName(Name = "future")]
        private readonly Tensor _future = Future(); // [T, T]

        public Block()
            : base(nameof(Block)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var x = input + Attend(_attentionNorm.call(input));
            x = x + _down.call(nn.functional.gelu(_up.call(_feedForwardNorm.call(x))));
            return x.MoveToOuterDisposeScope();
        }

        private static Tensor Future()
        {
            using var scope = NewDisposeScope();
            return ones(Length, Length).triu(1).to_type(ScalarType.Bool).MoveToOuterDisposeScope();
        }

        // Composed on both sides: the Python peer's torch 1.13 has no scaled_dot_product_attention.
        private Tensor Attend(Tensor x)
        {
            var batch = x.shape[0];
            var parts = _qkv.call(x).view(batch, Length, 3, Heads, Width / Heads).permute(2, 0, 3, 1, 4); // [3, B, H, T, d]
            var (q, k, v) = (parts.select(0, 0), parts.select(0, 1), parts.select(0, 2)); // [B, H, T, d]
            var scores = q.matmul(k.transpose(-2, -1)) * (1 / Math.Sqrt(Width / Heads)); // [B, H, T, T]
            var weights = nn.functional.softmax(scores.masked_fill(_future, double.NegativeInfinity), -1);
            var mixed = weights.matmul(v).transpose(1, 2).reshape(batch, Length, Width); // [B, T, D]
            return _output.call(mixed);
        }
    }
}
