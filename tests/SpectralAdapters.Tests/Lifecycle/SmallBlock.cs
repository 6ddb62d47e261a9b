using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Lifecycle;

/// <summary>Two projections, held as any Module so that they can be replaced.</summary>
internal sealed class SmallBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "up_proj")]
    private readonly nn.Module<Tensor, Tensor> _upProj;

    [ComponentName(Name = "down_proj")]
    private readonly nn.Module<Tensor, Tensor> _downProj;

    public SmallBlock(bool adaptable)
        : base(nameof(SmallBlock))
    {
        _upProj = adaptable ? new AdaptableLinear(16, 24) : nn.Linear(16, 24);
        _downProj = adaptable ? new AdaptableLinear(24, 16, hasBias: false) : nn.Linear(24, 16, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return input.add(_downProj.call(_upProj.call(input).relu())).MoveToOuterDisposeScope();
    }
}
