using TorchSharp;
using Training.Optimization;
using static TorchSharp.torch;

namespace Training;

/// <summary>The backward passes of the batches of one optimiser step.</summary>
internal static class GradientAccumulation
{
    /// <summary>Leaves the gradients of the mean loss over all batches in the groups' buffers.</summary>
    /// <param name="task">Gives the losses.</param>
    /// <param name="batches">The examples of each batch.</param>
    /// <param name="groups">The parameters.</param>
    /// <returns>The mean loss over all examples or target tokens, in float32. []</returns>
    /// <exception cref="ArgumentException">A batch has no weight.</exception>
    public static Tensor Backward(ITrainingTask task, IReadOnlyList<int[]> batches, IReadOnlyList<FlatParameterGroup> groups)
    {
        // Weights relative to the first batch's keep the accumulated gradients in the range of one batch's.
        var (firstWeight, totalWeight) = (0.0, 0.0);
        Tensor? sum = null;
        foreach (var examples in batches)
        {
            using var scope = NewDisposeScope();
            var (mean, weight) = task.Loss(examples); // []
            if (!(weight > 0 && double.IsFinite(weight)))
            {
                const string Name = $"{nameof(BatchLoss)}.{nameof(BatchLoss.Weight)}";
                throw new ArgumentException(FormattableString.Invariant(
                    $"{Name}: found {weight}, expected the number of examples or target tokens, above 0"));
            }

            firstWeight = totalWeight == 0 ? weight : firstWeight;
            var relative = weight / firstWeight;
            totalWeight += relative;
            (relative == 1 ? mean : mean.mul(relative)).backward();
            var weighted = mean.detach().to_type(ScalarType.Float32).mul(relative); // []
            sum = (sum is null ? weighted : sum.add(weighted)).MoveToOuterDisposeScope(); // []
        }

        foreach (var group in groups)
        {
            group.Parameters.CollectGradients();
            if (batches.Count > 1)
            {
                group.Parameters.Gradient.mul_(1 / totalWeight);
            }
        }

        return batches.Count > 1 ? sum!.div(totalWeight) : sum!; // []
    }
}
