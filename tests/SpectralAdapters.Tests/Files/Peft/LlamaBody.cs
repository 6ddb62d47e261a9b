using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Peft;

/// <summary>A two-layer Llama decoder: RMSNorm, rotary positions, grouped-query attention, SwiGLU.</summary>
internal sealed class LlamaBody : nn.Module<Tensor, Tensor>
{
    public const long Hidden = 32;
    public const long Vocabulary = 64;
    private const long Intermediate = 64;
    private const long Heads = 4;
    private const long KeyValueHeads = 2;
    private const long HeadSize = 8;
    private const double RopeBase = 10_000;

    private readonly Embedding embed_tokens;
    private readonly ModuleList<LlamaLayer> layers;
    private readonly RmsNorm norm;

    public LlamaBody()
        : base(nameof(LlamaBody))
    {
        embed_tokens = nn.Embedding(Vocabulary, Hidden);
        layers = nn.ModuleList(new LlamaLayer(), new LlamaLayer());
        norm = new RmsNorm();
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var hidden = embed_tokens.call(input); // [B, T, H]
        foreach (var layer in layers)
        {
            hidden = layer.call(hidden); // [B, T, H]
        }

        return norm.call(hidden);
    }

    private sealed class RmsNorm : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter weight = new(ones(Hidden));

        public RmsNorm()
            : base(nameof(RmsNorm)) => RegisterComponents();

        public override Tensor forward(Tensor input) =>
            input.mul(input.square().mean([-1], keepdim: true).add(1e-5).rsqrt()).mul(weight); // [B, T, H]
    }

    private sealed class LlamaLayer : nn.Module<Tensor, Tensor>
    {
        private readonly Attention self_attn = new();
        private readonly SwiGlu mlp = new();
        private readonly RmsNorm input_layernorm = new();
        private readonly RmsNorm post_attention_layernorm = new();

        public LlamaLayer()
            : base(nameof(LlamaLayer)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var attended = input.add(self_attn.call(input_layernorm.call(input))); // [B, T, H]
            return attended.add(mlp.call(post_attention_layernorm.call(attended)));
        }
    }

    private sealed class SwiGlu : nn.Module<Tensor, Tensor>
    {
        private readonly AdaptableLinear gate_proj = new(Hidden, Intermediate, hasBias: false);
        private readonly AdaptableLinear up_proj = new(Hidden, Intermediate, hasBias: false);
        private readonly AdaptableLinear down_proj = new(Intermediate, Hidden, hasBias: false);

        public SwiGlu()
            : base(nameof(SwiGlu)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var gate = gate_proj.call(input); // [B, T, I]
            return down_proj.call(gate.mul(gate.sigmoid()).mul(up_proj.call(input)));
        }
    }

    private sealed class Attention : nn.Module<Tensor, Tensor>
    {
        private readonly AdaptableLinear q_proj = new(Hidden, Heads * HeadSize, hasBias: false);
        private readonly AdaptableLinear k_proj = new(Hidden, KeyValueHeads * HeadSize, hasBias: false);
        private readonly AdaptableLinear v_proj = new(Hidden, KeyValueHeads * HeadSize, hasBias: false);
        private readonly AdaptableLinear o_proj = new(Heads * HeadSize, Hidden, hasBias: false);

        public Attention()
            : base(nameof(Attention)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var (batch, length) = (input.shape[0], input.shape[1]);
            var q = Rotate(Split(q_proj.call(input), Heads)); // [B, h, T, d]
            var k = Rotate(Split(k_proj.call(input), KeyValueHeads)).repeat_interleave(Heads / KeyValueHeads, 1); // [B, h, T, d]
            var v = Split(v_proj.call(input), KeyValueHeads).repeat_interleave(Heads / KeyValueHeads, 1); // [B, h, T, d]
            var future = ones(length, length).triu(1).gt(0); // [T, T]
            var scores = q.matmul(k.transpose(-2, -1)).div(Math.Sqrt(HeadSize)).masked_fill(future, float.NegativeInfinity); // [B, h, T, T]
            var mixed = nn.functional.softmax(scores, -1).matmul(v); // [B, h, T, d]
            return o_proj.call(mixed.transpose(1, 2).reshape(batch, length, Heads * HeadSize));
        }

        private static Tensor Split(Tensor projected, long heads) =>
            projected.view(projected.shape[0], projected.shape[1], heads, HeadSize).transpose(1, 2); // [B, h, T, d]

        // Halves are rotated against each other, as Hugging Face lays the head out.
        private static Tensor Rotate(Tensor heads)
        {
            var half = HeadSize / 2;
            var frequencies = tensor(Enumerable.Range(0, (int)half).Select(i => (float)Math.Pow(RopeBase, -2.0 * i / HeadSize))
                .ToArray()); // [d/2]
            var angles = arange(heads.shape[2], dtype: ScalarType.Float32).outer(frequencies).repeat(1, 2); // [T, d]
            var turned = cat([heads.narrow(-1, half, half).neg(), heads.narrow(-1, 0, half)], -1); // [B, h, T, d]
            return heads.mul(angles.cos()).add(turned.mul(angles.sin()));
        }
    }
}
