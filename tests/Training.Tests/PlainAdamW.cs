using TorchSharp.Modules;
using Training.Optimization;
using static TorchSharp.torch;

namespace Training.Tests;

/// <summary>AdamW tensor by tensor, as PyTorch writes it in float32: the reference of the flat one.</summary>
internal sealed class PlainAdamW
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private readonly List<(Parameter Parameter, double Decay, Tensor Mean, Tensor Square)> _entries;
    private readonly double _learningRate;
    private int _steps;

    public PlainAdamW(nn.Module model, double learningRate, double weightDecay)
    {
        _learningRate = learningRate;
        var rule = new WeightDecayRule(model);
        _entries =
        [
            .. model.named_parameters().Select(entry => (
                entry.parameter,
                rule.AppliesTo(entry.name, entry.parameter) ? weightDecay : 0,
                zeros_like(entry.parameter),
                zeros_like(entry.parameter))),
        ];
    }

    public void Step()
    {
        _steps++;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (parameter, decay, mean, square) in _entries)
        {
            var gradient = parameter.grad!;
            parameter.mul_(1 - _learningRate * decay);
            mean.lerp_(gradient, tensor((float)(1 - Beta1)));
            square.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
            var denominator = square.sqrt().div_(Math.Sqrt(1 - Math.Pow(Beta2, _steps))).add_(Epsilon);
            parameter.addcdiv_(mean, denominator, -_learningRate / (1 - Math.Pow(Beta1, _steps)));
            parameter.grad = null;
        }
    }
}
