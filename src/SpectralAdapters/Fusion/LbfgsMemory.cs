using static TorchSharp.torch;

namespace SpectralAdapters.Fusion;

/// <summary>
/// The limited memory of L-BFGS: the last pairs of gradient change y and step s, and the direction that follows from them.
/// </summary>
internal sealed class LbfgsMemory(int size) : IDisposable
{
    private const double SmallestCurvature = 1e-10;

    private readonly LinkedList<(Tensor Change, Tensor Step, double Curvature)> _pairs = [];
    private double _scale = 1;

    /// <summary>Remembers a step, unless the loss curves too little along it.</summary>
    /// <param name="change">y, the change of the gradient, [P]; kept.</param>
    /// <param name="step">s, the change of the point, [P]; kept.</param>
    public void Remember(Tensor change, Tensor step)
    {
        var curvature = Lbfgs.Dot(change, step);
        if (!(curvature > SmallestCurvature))
        {
            return;
        }

        if (_pairs.Count == size)
        {
            Forget(_pairs.First!.Value);
            _pairs.RemoveFirst();
        }

        _pairs.AddLast((change.DetachFromDisposeScope(), step.DetachFromDisposeScope(), curvature));
        _scale = curvature / Lbfgs.Dot(change, change);
    }

    /// <summary>Minus the gradient times the approximate inverse Hessian (the two-loop recursion).</summary>
    /// <param name="gradient">[P].</param>
    /// <returns>[P].</returns>
    public Tensor Direction(Tensor gradient)
    {
        var direction = gradient.neg(); // [P]
        var removed = new Stack<double>();
        for (var pair = _pairs.Last; pair is not null; pair = pair.Previous)
        {
            var share = Lbfgs.Dot(pair.Value.Step, direction) / pair.Value.Curvature;
            direction.add_(pair.Value.Change, -share);
            removed.Push(share);
        }

        // In two steps, each within the range of the vector's own type where their product is not.
        var half = Math.Sqrt(_scale);
        direction = half is > 1e-15 and < 1e15 ? direction.mul_(_scale) : direction.mul_(half).mul_(half);
        for (var pair = _pairs.First; pair is not null; pair = pair.Next)
        {
            var share = Lbfgs.Dot(pair.Value.Change, direction) / pair.Value.Curvature;
            direction.add_(pair.Value.Step, removed.Pop() - share);
        }

        return direction;
    }

    public void Dispose()
    {
        foreach (var pair in _pairs)
        {
            Forget(pair);
        }
    }

    private static void Forget((Tensor Change, Tensor Step, double Curvature) pair)
    {
        pair.Change.Dispose();
        pair.Step.Dispose();
    }
}
