using static TorchSharp.torch;

namespace SpectralAdapters.Fusion;

/// <summary>
/// L-BFGS with strong Wolfe line search: one <c>step</c> of PyTorch's optimiser, evaluation for evaluation. TorchSharp's LBFGS
/// has no line search.
/// </summary>
public static class Lbfgs
{
    /// <summary>Minimises a smooth function.</summary>
    /// <param name="start">The first point, of any shape; not changed.</param>
    /// <param name="objective">
    /// The loss at a point and its gradient, both in the start's shape. It is called without gradient recording, in a dispose
    /// scope of its own.
    /// </param>
    /// <param name="settings">When to stop.</param>
    /// <exception cref="ArgumentException">A setting is out of range, or loss or gradient at the start are not finite.</exception>
    public static LbfgsResult Minimize(Tensor start, Func<Tensor, (double Loss, Tensor Gradient)> objective, LbfgsSettings settings)
    {
        settings.Validate();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var memory = new LbfgsMemory(settings.HistorySize);
        var point = start.detach().clone().reshape(-1); // [P]
        var maxEvaluations = settings.MaxEvaluations ?? settings.MaxIterations * 5 / 4;
        var (loss, gradient) = Evaluate(point); // [P]
        var (iterations, evaluations) = (0, 1);
        if (!double.IsFinite(loss) || !double.IsFinite(Largest(gradient)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"L-BFGS: the loss at the start is {loss}, the largest entry of its gradient {Largest(gradient)}; numbers are needed."));
        }

        Tensor? direction = null, previousGradient = null; // [P]
        var step = 0.0;
        var done = Largest(gradient) <= settings.GradientTolerance;
        while (!done && iterations < settings.MaxIterations)
        {
            using var pass = NewDisposeScope();
            if (direction is not null)
            {
                memory.Remember(gradient.sub(previousGradient!), direction.mul(step));
                direction.Dispose();
                previousGradient!.Dispose();
            }

            iterations++;
            direction = memory.Direction(gradient).MoveToOuterDisposeScope(); // [P]
            previousGradient = gradient;
            step = settings.LearningRate * (iterations == 1 ? Math.Min(1, 1 / Value(gradient.abs().sum())) : 1);
            var slope = Dot(gradient, direction);
            if (slope > -settings.ChangeTolerance)
            {
                break;
            }

            var directionSize = Largest(direction);
            var here = new LineSearchPoint(0, loss, gradient, slope);
            var (found, searched) = StrongWolfe.Search(here, step, directionSize, Along, maxEvaluations - evaluations);
            var gain = Math.Abs(found.Loss - loss);
            evaluations += searched;
            (step, loss) = (found.Step, found.Loss);
            // A search that stays where it is returns the very gradient it was given; as two handles it can be disposed twice.
            gradient = (ReferenceEquals(found.Gradient, gradient) ? gradient.clone() : found.Gradient).MoveToOuterDisposeScope();
            point.add_(direction, step);
            done = evaluations >= maxEvaluations
                || Largest(gradient) <= settings.GradientTolerance
                || directionSize * Math.Abs(step) <= settings.ChangeTolerance
                || gain < settings.ChangeTolerance;
        }

        return new LbfgsResult(point.reshape(start.shape).MoveToOuterDisposeScope(), loss, iterations, evaluations);

        LineSearchPoint Along(double length)
        {
            using var moved = point.add(direction!, length); // [P]
            var (value, slopes) = Evaluate(moved);
            return new LineSearchPoint(length, value, slopes, Dot(slopes, direction!));
        }

        (double Loss, Tensor Gradient) Evaluate(Tensor at)
        {
            using var inner = NewDisposeScope();
            var (value, slopes) = objective(at.view(start.shape));
            return (value, slopes.reshape(-1).MoveToOuterDisposeScope());
        }
    }

    /// <summary>A one-element tensor as a number.</summary>
    internal static double Value(Tensor scalar)
    {
        using (scalar)
        using (var wide = scalar.to_type(ScalarType.Float64))
        {
            return wide.item<double>();
        }
    }

    /// <summary>
    /// The inner product of two vectors; in float64 where its terms leave the range of the vectors' own type.
    /// </summary>
    internal static double Dot(Tensor first, Tensor second)
    {
        var product = Value(first.dot(second));
        if (product != 0 && double.IsFinite(product))
        {
            return product;
        }

        using var scope = NewDisposeScope();
        return Value(first.to_type(ScalarType.Float64).dot(second.to_type(ScalarType.Float64)));
    }

    private static double Largest(Tensor vector)
    {
        using var magnitudes = vector.abs(); // [P]
        return Value(magnitudes.max());
    }
}
