using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Bench.Optimizer;

/// <summary>AdamW tensor by tensor, in the operations of FlatAdamW: what a step costs without a flat buffer.</summary>
internal sealed class TensorAdamW : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly IReadOnlyList<(Parameter Parameter, Tensor Mean, Tensor Square)> _states;
    private readonly double _learningRate;
    private readonly double _weightDecay;
    private int _stepCount;

    public TensorAdamW(IEnumerable<Parameter> parameters, double learningRate, double weightDecay)
    {
        _states = [.. parameters.Select(parameter => (parameter, zeros_like(parameter), zeros_like(parameter)))];
        (_learningRate, _weightDecay) = (learningRate, weightDecay);
    }

    public void Step()
    {
        _stepCount++;
        using var noGrad = no_grad();
        foreach (var (parameter, mean, square) in _states)
        {
            using var scope = NewDisposeScope();
            var gradient = parameter.grad!;
            parameter.mul_(1 - (_learningRate * _weightDecay));
            mean.lerp_(gradient, tensor(1 - Beta1, dtype: mean.dtype));
            square.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
            var denominator = square.sqrt().div_(Math.Sqrt(1 - Math.Pow(Beta2, _stepCount))).add_(Epsilon);
            parameter.addcdiv_(mean, denominator, -_learningRate / (1 - Math.Pow(Beta1, _stepCount)));
        }
    }

    public void Dispose()
    {
        foreach (var (_, mean, square) in _states)
        {
            mean.Dispose();
            square.Dispose();
        }
    }
}
