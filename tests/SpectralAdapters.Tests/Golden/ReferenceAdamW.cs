using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Golden;

/// <summary>AdamW as PyTorch defines it, tensor by tensor: betas 0.9 and 0.999, eps 1e-8.</summary>
internal sealed class ReferenceAdamW(IReadOnlyList<Parameter> parameters, double learningRate, double weightDecay)
{
    private readonly List<Tensor> _means = [.. parameters.Select(parameter => zeros_like(parameter).DetachFromDisposeScope())];
    private readonly List<Tensor> _squares = [.. parameters.Select(parameter => zeros_like(parameter).DetachFromDisposeScope())];
    private int _step;

    public void Step()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _step++;
        for (var i = 0; i < parameters.Count; i++)
        {
            var gradient = parameters[i].grad!;
            parameters[i].mul_(1 - (learningRate * weightDecay));
            _means[i].mul_(0.9).add_(gradient.mul(0.1));
            _squares[i].mul_(0.999).add_(gradient.square().mul(0.001));
            var root = _squares[i].sqrt().div(Math.Sqrt(1 - Math.Pow(0.999, _step))).add(1e-8);
            parameters[i].sub_(_means[i].div(root).mul(learningRate / (1 - Math.Pow(0.9, _step))));
        }
    }
}
