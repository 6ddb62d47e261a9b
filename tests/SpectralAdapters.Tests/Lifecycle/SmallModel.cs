using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Lifecycle;

/// <summary>A model as a user might write it: two blocks with linear sub-modules, a norm and a head.</summary>
internal sealed class SmallModel : nn.Module<Tensor, Tensor>
{
    private readonly SmallBlock first;
    private readonly SmallBlock second;
    private readonly nn.Module<Tensor, Tensor> norm;
    private readonly nn.Module<Tensor, Tensor> classifier;

    public SmallModel(ulong seed = 1)
        : base(nameof(SmallModel))
    {
        first = new SmallBlock(adaptable: true);
        second = new SmallBlock(adaptable: false);
        norm = nn.LayerNorm(16);
        classifier = nn.Linear(16, 3);
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
        return classifier.call(norm.call(second.call(first.call(input)))).MoveToOuterDisposeScope();
    }
}
