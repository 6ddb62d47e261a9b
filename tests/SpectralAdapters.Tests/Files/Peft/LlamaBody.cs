using TorchSharp.Modules;
using TorchSharp.Utils;
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

    [ComponentName(Name = "embed_tokens")]
    private readonly Embedding _embedTokens;

    [ComponentName(Name = "layers")]
    private readonly ModuleList<LlamaLayer> _layers;

    [ComponentName(Name = "norm")]
    private readonly RmsNorm _norm;

    public LlamaBody()
        : base(nameof(LlamaBody))
    {
        _embedTokens = nn.Embedding(Vocabulary, Hidden);
        _layers = nn.ModuleList(new LlamaLayer(), new LlamaLayer());
        _norm = new RmsNorm();
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var hidden = _embedTokens.call(input); // [B, T, H]
        foreach (var layer in _layers)
        {
            hidden = layer.call(hidden); // [B, T, H]
        }

        return _norm.call(hidden);
    }

    private sealed class RmsNorm : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "weight")]
        private readonly Parameter _weight = new(ones(Hidden));

        public RmsNorm()
            : base(nameof(RmsNorm)) => RegisterComponents();

        public override Tensor forward(Tensor input) =>
            input.mul(input.square().mean([-1], keepdim: true).add(1e-5).rsqrt()).mul(_weight); // [B, T, H]
    }

    private sealed class LlamaLayer : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "self_attn")]
        private readonly Attention _selfAttn = new();

        [ComponentName(Name = "mlp")]
        private readonly SwiGlu _mlp = new();

        [ComponentName(Name = "input_layernorm")]
        private readonly RmsNorm _inputLayernorm = new();

        [ComponentName(Name = "post_attention_layernorm")]
        private readonly RmsNorm _postAttentionLayernorm = new();

        public LlamaLayer()
            : base(nameof(LlamaLayer)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var attended = input.add(_selfAttn.call(_inputLayernorm.call(input))); // [B, T, H]
            return attended.add(_mlp.call(_postAttentionLayernorm.call(attended)));
        }
    }

    private sealed class SwiGlu : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "gate_proj")]
        private readonly AdaptableLinear _gateProj = new(Hidden, Intermediate, hasBias: false);

        [ComponentName(Name = "up_proj")]
        private readonly AdaptableLinear _upProj = new(Hidden, Intermediate, hasBias: false);

        [ComponentName(Name = "down_proj")]
        private readonly AdaptableLinear _downProj = new(Intermediate, Hidden, hasBias: false);

        public SwiGlu()
            : base(nameof(SwiGlu)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var gate = _gateProj.call(input); // [B, T, I]
            return _downProj.call(gate.mul(gate.sigmoid()).mul(_upProj.call(input)));
        }
    }

    private sealed class Attention : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "q_proj")]
        private readonly AdaptableLinear _qProj = new(Hidden, Heads * HeadSize, hasBias: false);

        [ComponentName(Name = "k_proj")]
        private readonly AdaptableLinear _kProj = new(Hidden, KeyValueHeads * HeadSize, hasBias: false);

        [ComponentName(Name = "v_proj")]
        private readonly AdaptableLinear _vProj = new(Hidden, KeyValueHeads * HeadSize, hasBias: false);

        [ComponentName(Name = "o_proj")]
        private readonly AdaptableLinear _oProj = new(Heads * HeadSize, Hidden, hasBias: false);

        public Attention()
            : base(nameof(Attention)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var (batch, length) = (input.shape[0], input.shape[1]);
            var q = Rotate(Split(_qProj.call(input), Heads)); // [B, h, T, d]
            var k = Rotate(Split(_kProj.call(input), KeyValueHeads)).repeat_interleave(Heads / KeyValueHeads, 1); // [B, h, T, d]
            var v = Split(_vProj.call(input), KeyValueHeads).repeat_interleave(Heads / KeyValueHeads, 1); // [B, h, T, d]
            var future = ones(length, length).triu(1).gt(0); // [T, T]
            var scores = q.matmul(k.transpose(-2, -1)).div(Math.Sqrt(HeadSize)).masked_fill(future, float.NegativeInfinity); // [B, h, T, T]
            var mixed = nn.functional.softmax(scores, -1).matmul(v); // [B, h, T, d]
            return _oProj.call(mixed.transpose(1, 2).reshape(batch, length, Heads * HeadSize));
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
