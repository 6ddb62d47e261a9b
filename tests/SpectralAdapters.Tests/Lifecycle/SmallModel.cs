using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Lifecycle;

/// <summary>A model as a user might write it: two blocks with linear sub-modules, a norm and a head.</summary>
internal sealed class SmallModel : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "first")]
    private readonly SmallBlock _first;

    [ComponentName(Name = "second")]
    private readonly SmallBlock _second;

    [ComponentName(Name = "norm")]
    private readonly nn.Module<Tensor, Tensor> _norm;

    [ComponentName(Name = "classifier")]
    private readonly nn.Module<Tensor, Tensor> _classifier;

    public SmallModel(ulong seed = 1)
        : base(nameof(SmallModel))
    {
        _first = new SmallBlock(adaptable: true);
        _second = new SmallBlock(adaptable: false);
        _norm = nn.LayerNorm(16);
        _classifier = nn.Linear(16, 3);
        RegisterComponents();
        using var noGrad = no_grad();
        var random = new Generator(seed);
        foreach (var parameter in parameters())
        {
            using var values = randn(parameter.shape, generator: random).mul_(0.3);
            parameter.copy_(values);
        }
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _classifier.call(_norm.call(_second.call(_first.call(input)))).MoveToOuterDisposeScope();
    }
}
