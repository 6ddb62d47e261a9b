using SpectralAdapters.Functions;
using static TorchSharp.torch;

namespace SpectralAdapters.Fusion;

/// <summary>
/// Gradient fusion (Mix-of-Show; official file: adapter_fusion/fedavg_gradient/gradient_fusion.py): per layer, the weight whose
/// outputs come closest to what every concept's own weight makes of that concept's inputs.
/// </summary>
public static class GradientFusion
{
    /// <summary>
    /// The official settings: history 25, tolerances 1e-16, and 50 iterations as for the UNet's layers. The text encoder and the
    /// key and value layers of cross-attention take 500.
    /// </summary>
    public static LbfgsSettings OfficialSettings { get; } = new()
    {
        HistorySize = 25,
        MaxIterations = 50,
        GradientTolerance = 1e-16,
        ChangeTolerance = 1e-16,
    };

    /// <summary>Minimises the mean squared error of X W^T against Y from the base weight on, and keeps the best weight seen.</summary>
    /// <param name="weight">The base weight, [m, n]; not changed.</param>
    /// <param name="inputs">X, the layer's inputs under all concepts, [T, n].</param>
    /// <param name="targets">Y, the outputs that the concepts' weights make of them, without bias, [T, m].</param>
    /// <param name="settings">When to stop; the official settings by default.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or a tensor holds NaN or infinity.</exception>
    public static GradientFusionResult Fuse(Tensor weight, Tensor inputs, Tensor targets, LbfgsSettings? settings = null)
    {
        Require(weight, inputs, targets);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var type = ComputeType.For(weight.dtype);
        var squares = new LeastSquares(inputs.to(type, weight.device), targets.to(type, weight.device));
        var trace = new List<double>();
        var lowest = double.PositiveInfinity;
        var best = empty_like(weight, dtype: type); // [m, n]
        Lbfgs.Minimize(weight.to_type(type), Evaluate, settings ?? OfficialSettings);
        return new GradientFusionResult(best.to_type(weight.dtype).MoveToOuterDisposeScope(), trace[0], lowest, trace);

        (double Loss, Tensor Gradient) Evaluate(Tensor candidate)
        {
            var (loss, gradient) = squares.Evaluate(candidate);
            trace.Add(loss);
            if (loss < lowest)
            {
                lowest = loss;
                best.copy_(candidate);
            }

            return (loss, gradient);
        }
    }

    /// <summary>As above, with the targets made from the concepts' merged weights.</summary>
    /// <param name="weight">The base weight, [m, n].</param>
    /// <param name="concepts">The concepts, each with the inputs [T_i, n] that the layer sees under it.</param>
    /// <param name="settings">When to stop; the official settings by default.</param>
    /// <exception cref="ArgumentException">There is no concept, a shape does not fit, or a tensor holds NaN or infinity.</exception>
    public static GradientFusionResult Fuse(
        Tensor weight, IReadOnlyList<(FusionConcept Concept, Tensor Inputs)> concepts, LbfgsSettings? settings = null)
    {
        FusionConcept.Require(weight, [.. concepts.Select(part => part.Concept)]);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var type = ComputeType.For(weight.dtype);
        var wide = weight.to_type(type); // [m, n]
        var inputs = concepts.Select(part => part.Inputs.to(type, weight.device)).ToList(); // [T_i, n] each
        foreach (var (part, x) in concepts.Zip(inputs))
        {
            RequireMatrix(x, weight.shape[1], $"the inputs of concept '{part.Concept.Name}'");
        }

        var targets = concepts.Zip(inputs, (part, x) => x.mm(part.Concept.MergedWeight(wide).t())).ToList(); // [T_i, m] each
        var result = Fuse(weight, cat(inputs, 0), cat(targets, 0), settings);
        result.Weight.MoveToOuterDisposeScope();
        return result;
    }

    private static void Require(Tensor weight, Tensor inputs, Tensor targets)
    {
        RequireMatrix(inputs, weight.shape[1], "the inputs");
        RequireMatrix(targets, weight.shape[0], "the targets");
        if (inputs.shape[0] != targets.shape[0])
        {
            throw new ArgumentException($"Gradient fusion: found {inputs.shape[0]} rows of inputs and {targets.shape[0]} of targets.");
        }
    }

    private static void RequireMatrix(Tensor matrix, long columns, string what)
    {
        if (matrix.dim() != 2 || matrix.shape[0] == 0 || matrix.shape[1] != columns)
        {
            throw new ArgumentException(
                $"Gradient fusion: {what} have the shape [{string.Join(", ", matrix.shape)}]; "
                + $"expected [rows, {columns}] with at least one row.");
        }

        using var scope = NewDisposeScope();
        if (!matrix.isfinite().all().item<bool>())
        {
            throw new ArgumentException($"Gradient fusion: {what} hold NaN or infinity.");
        }
    }
}
