using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Lifecycle;

/// <summary>Two projections, held as any Module so that they can be replaced.</summary>
internal sealed class SmallBlock : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> up_proj;
    private readonly nn.Module<Tensor, Tensor> down_proj;

    public SmallBlock(bool adaptable)
        : base(nameof(SmallBlock))
    {
        up_proj = adaptable ? new AdaptableLinear(16, 24) : nn.Linear(16, 24);
        down_proj = adaptable ? new AdaptableLinear(24, 16, hasBias: false) : nn.Linear(24, 16, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return input.add(down_proj.call(up_proj.call(input).relu())).MoveToOuterDisposeScope();
    }
}
