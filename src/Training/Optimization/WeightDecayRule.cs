using System.Text.RegularExpressions;

namespace Training.Optimization;

/// <summary>
/// Which parameters the Hugging Face Trainer decays: all but biases and the parameters of normalisation layers.
/// Embeddings, heads and adapter matrices are decayed.
/// </summary>
public static partial class WeightDecayRule
{
    /// <param name="parameterName">The name in the state dict, such as <c>deberta.embeddings.LayerNorm.weight</c>.</param>
    public static bool AppliesTo(string parameterName) => !Undecayed().IsMatch(parameterName);

    [GeneratedRegex(@"bias|layer_?norm|rms_?norm|(^|[._])norm(\.|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Undecayed();
}
