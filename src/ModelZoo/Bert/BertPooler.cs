using SpectralAdapters;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Bert;

/// <summary>The summary of a sequence: the first token's hidden state through a dense layer and tanh.</summary>
public sealed class BertPooler : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "dense")]
    private readonly AdaptableLinear _dense;

    /// <param name="config">The sizes.</param>
    public BertPooler(BertConfig config)
        : base(nameof(BertPooler))
    {
        _dense = new AdaptableLinear(config.HiddenSize, config.HiddenSize);
        RegisterComponents();
    }

    /// <param name="hidden">[B, T, D].</param>
    /// <returns>[B, D].</returns>
    public override Tensor forward(Tensor hidden)
    {
        using var scope = torch.NewDisposeScope();
        return _dense.forward(hidden.select(1, 0)).tanh().MoveToOuterDisposeScope(); // [B, D]
    }
}
