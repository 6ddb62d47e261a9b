using TorchSharp;
using TorchSharp.Modules;
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

    private readonly Embedding tokens = nn.Embedding(Vocabulary, Width);
    private readonly Embedding positions = nn.Embedding(Length, Width);
    private readonly ModuleList<Block> layers = nn.ModuleList([.. Enumerable.Range(0, Layers).Select(_ => new Block())]);
    private readonly LayerNorm norm = nn.LayerNorm(Width);
    private readonly Linear head = nn.Linear(Width, Vocabulary, hasBias: false);
    private readonly Tensor order = arange(Length); // [T]

    public ToyTransformer()
        : base(nameof(ToyTransformer)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = tokens.call(input) + positions.call(order); // [B, T, D]
        foreach (var layer in layers)
        {
            x = layer.call(x);
        }

        return head.call(norm.call(x)).MoveToOuterDisposeScope(); // [B, T, V]
    }

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly LayerNorm attentionNorm = nn.LayerNorm(Width);
        private readonly Linear qkv = nn.Linear(Width, 3 * Width);
        private readonly Linear output = nn.Linear(Width, Width);
        private readonly LayerNorm feedForwardNorm = nn.LayerNorm(Width);
        private readonly Linear up = nn.Linear(Width, 4 * Width);
        private readonly Linear down = nn.Linear(4 * Width, Width);
        private readonly Tensor future = Future(); // [T, T]

        public Block()
            : base(nameof(Block)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var x = input + Attend(attentionNorm.call(input));
            x = x + down.call(nn.functional.gelu(up.call(feedForwardNorm.call(x))));
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
            var parts = qkv.call(x).view(batch, Length, 3, Heads, Width / Heads).permute(2, 0, 3, 1, 4); // [3, B, H, T, d]
            var (q, k, v) = (parts.select(0, 0), parts.select(0, 1), parts.select(0, 2)); // [B, H, T, d]
            var scores = q.matmul(k.transpose(-2, -1)) * (1 / Math.Sqrt(Width / Heads)); // [B, H, T, T]
            var weights = nn.functional.softmax(scores.masked_fill(future, double.NegativeInfinity), -1);
            var mixed = weights.matmul(v).transpose(1, 2).reshape(batch, Length, Width); // [B, T, D]
            return output.call(mixed);
        }
    }
}
