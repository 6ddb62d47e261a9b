using static TorchSharp.torch;

namespace SpectralAdapters.Functions;

/// <summary>
/// The last part of a written backward: from the gradients of tensors that were computed again to those of the parameters.
/// </summary>
internal static class FactorGradients
{
    /// <summary>The parameters' gradients; null for those that need none.</summary>
    /// <param name="parameters">The parameters, leaves.</param>
    /// <param name="outputs">
    /// Tensors computed from them with a graph, and their gradients, computed where one is needed. A parameter may itself be an
    /// output if it has no part in the others.
    /// </param>
    public static IReadOnlyList<Tensor?> Of(
        IReadOnlyList<Tensor> parameters, params IReadOnlyList<(Tensor Value, Func<Tensor> Gradient)> outputs)
    {
        var gradients = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        var computed = new List<(Tensor Value, Tensor Gradient)>();
        foreach (var (value, gradient) in outputs.Where(output => output.Value.requires_grad))
        {
            if (parameters.Any(parameter => ReferenceEquals(parameter, value)))
            {
                gradients.Add(value, gradient());
            }
            else
            {
                computed.Add((value, gradient()));
            }
        }

        var sources = parameters.Where(parameter => parameter.requires_grad && !gradients.ContainsKey(parameter)).ToList();
        if (sources.Count > 0)
        {
            var found = autograd.grad([.. computed.Select(output => output.Value)], sources,
                [.. computed.Select(output => output.Gradient)]);
            foreach (var (source, gradient) in sources.Zip(found))
            {
                gradients.Add(source, gradient);
            }
        }

        return [.. parameters.Select(parameter => gradients.GetValueOrDefault(parameter))];
    }
}
