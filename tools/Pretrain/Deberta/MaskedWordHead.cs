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
    private readonly Linear _dense;

    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNorm _layerNorm;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    /// <param name="config">The sizes: D and V.</param>
    /// <param name="generator">Source of the initial weights.</param>
    public MaskedWordHead(DebertaConfig config, Generator generator)
        : base(nameof(MaskedWordHead))
    {
        _dense = InitialWeights.Linear(config.HiddenSize, config, generator);
        _layerNorm = nn.LayerNorm(config.HiddenSize);
        _bias = new Parameter(zeros(config.VocabSize));
        RegisterComponents();
    }

    /// <param name="hidden">[M, D].</param>
    /// <param name="words">[V, D], the table of word embeddings.</param>
    /// <returns>[M, V], logits.</returns>
    public override Tensor forward(Tensor hidden, Tensor words)
    {
        using var scope = NewDisposeScope();
        var state = _layerNorm.forward(nn.functional.gelu(_dense.forward(hidden))); // [M, D]
        return nn.functional.linear(state, words, _bias).MoveToOuterDisposeScope(); // [M, V]
    }
}
