using System.Text.RegularExpressions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Training.Optimization;

/// <summary>
/// Which parameters of a model the Hugging Face Trainer decays: all but biases and the parameters of normalisation layers.
/// Embeddings, heads and adapter matrices are decayed.
/// </summary>
public sealed partial class WeightDecayRule
{
    private readonly HashSet<IntPtr> _normalization;

    /// <param name="model">
    /// The model. Its normalisation layers are the modules whose type, or a base type of it, has a name that ends in <c>Norm</c>, such
    /// as LayerNorm, BatchNorm1d or LlamaRmsNorm. What a field or submodule is called makes no difference, and modules inside of a
    /// normalisation layer are judged by their own types.
    /// </param>
    public WeightDecayRule(nn.Module model) => _normalization =
    [
        .. model.modules().Prepend(model)
            .Where(IsNormalization)
            .SelectMany(module => module.parameters(recurse: false))
            .Select(parameter => parameter.Handle),
    ];

    /// <summary>Whether a parameter is decayed.</summary>
    /// <param name="name">Its name; one that contains <c>bias</c> is not decayed.</param>
    /// <param name="parameter">The parameter.</param>
    public bool AppliesTo(string name, Parameter parameter) =>
        !name.Contains("bias", StringComparison.OrdinalIgnoreCase) && !_normalization.Contains(parameter.Handle);

    private static bool IsNormalization(nn.Module module)
    {
        for (var type = module.GetType(); type is not null && type != typeof(nn.Module); type = type.BaseType)
        {
            if (NormalizationType().IsMatch(type.Name))
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex(@"Norm(\dd)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NormalizationType();
}
