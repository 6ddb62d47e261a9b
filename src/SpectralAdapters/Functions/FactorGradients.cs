using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>The last part of a written backward: from the gradients of tensors that were computed again to those of the parameters.</summary>
internal static class FactorGradients
{
    /// <summary>The parameters' gradients; null for those that need none.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="outputs">Tensors computed from them with a graph, and their gradients, computed where one is needed.</param>
    public static IReadOnlyList<Tensor?> Of(IReadOnlyList<Tensor> parameters, params IReadOnlyList<(Tensor Value, Func<Tensor> Gradient)> outputs)
    {
        var wanted = parameters.Where(parameter => parameter.requires_grad).ToList();
        if (wanted.Count == 0)
        {
            return [.. parameters.Select(_ => (Tensor?)null)];
        }

        var trained = outputs.Where(output => output.Value.requires_grad).ToList();
        var gradients = autograd.grad(
            trained.Select(output => output.Value).ToList(), wanted, trained.Select(output => output.Gradient()).ToList());
        var next = 0;
        return [.. parameters.Select(parameter => parameter.requires_grad ? gradients[next++] : null)];
    }

    /// <summary>Results of a backward, moved out of its dispose scope.</summary>
    public static List<Tensor> MoveOut(IEnumerable<Tensor?> gradients) => [.. gradients.Select(gradient => gradient?.MoveToOuterDisposeScope()!)];
}
