using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Bench.Optimizer;

/// <summary>AdamW tensor by tensor, in the operations of FlatAdamW: what a step costs without a flat buffer.</summary>
internal sealed class TensorAdamW : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly IReadOnlyList<(Parameter Parameter, Tensor Mean, Tensor Square)> states;
    private readonly double learningRate;
    private readonly double weightDecay;
    private int stepCount;

    public TensorAdamW(IEnumerable<Parameter> parameters, double learningRate, double weightDecay)
    {
        states = [.. parameters.Select(parameter => (parameter, zeros_like(parameter), zeros_like(parameter)))];
        (this.learningRate, this.weightDecay) = (learningRate, weightDecay);
    }

    public void Step()
    {
        stepCount++;
        using var noGrad = no_grad();
        foreach (var (parameter, mean, square) in states)
        {
            using var scope = NewDisposeScope();
            var gradient = parameter.grad!;
            parameter.mul_(1 - (learningRate * weightDecay));
            mean.lerp_(gradient, tensor(1 - Beta1, dtype: mean.dtype));
            square.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
            var denominator = square.sqrt().div_(Math.Sqrt(1 - Math.Pow(Beta2, stepCount))).add_(Epsilon);
            parameter.addcdiv_(mean, denominator, -learningRate / (1 - Math.Pow(Beta1, stepCount)));
        }
    }

    public void Dispose()
    {
        foreach (var (_, mean, square) in states)
        {
            mean.Dispose();
            square.Dispose();
        }
    }
}
