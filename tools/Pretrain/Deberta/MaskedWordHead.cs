using ModelZoo.Deberta;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Pretrain.Deberta;

/// <summary>Predicts words from hidden states, with the word embeddings as output weights.</summary>
internal sealed class MaskedWordHead : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "dense")]
    private readonly Linear dense;

    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNorm layerNorm;

    [ComponentName(Name = "bias")]
    private readonly Parameter bias;

    /// <param name="config">The sizes: D and V.</param>
    /// <param name="generator">Source of the initial weights.</param>
    public MaskedWordHead(DebertaConfig config, Generator generator)
        : base(nameof(MaskedWordHead))
    {
        dense = InitialWeights.Linear(config.HiddenSize, config, generator);
        layerNorm = nn.LayerNorm(config.HiddenSize);
        bias = new Parameter(zeros(config.VocabSize));
        RegisterComponents();
    }

    /// <param name="hidden">[M, D].</param>
    /// <param name="words">[V, D], the table of word embeddings.</param>
    /// <returns>[M, V], logits.</returns>
    public override Tensor forward(Tensor hidden, Tensor words)
    {
        using var scope = NewDisposeScope();
        var state = layerNorm.forward(nn.functional.gelu(dense.forward(hidden))); // [M, D]
        return nn.functional.linear(state, words, bias).MoveToOuterDisposeScope(); // [M, V]
    }
}
