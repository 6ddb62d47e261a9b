using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Zeroes elements with probability p in training and scales the rest by 1 / (1 - p).</summary>
public sealed class Dropout : nn.Module<Tensor, Tensor>
{
    private readonly double p;

    internal Dropout(double p)
        : base(nameof(Dropout)) => this.p = p;

    public override Tensor forward(Tensor tensor) => Aten.Dropout.Tensor(tensor, p, training);
}
