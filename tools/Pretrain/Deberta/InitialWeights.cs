using ModelZoo.Deberta;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pretrain.Deberta;

/// <summary>Layers of the heads, initialised like the model itself and from the run's own generator.</summary>
internal static class InitialWeights
{
    // Makes the score of two equal tokens about 3 at D = 192 and 4 heads, that of others below 0.5.
    private const double MatchingDeviation = 0.06;

    /// <summary>
    /// Initialises every layer's keys with its queries' weights, so that a token attends to equal tokens from the first step: a small
    /// model otherwise takes thousands of steps to find out that a word may occur in the sequence twice. After Trockman and Kolter 2023,
    /// who make the product of the two weights resemble the identity.
    /// </summary>
    /// <param name="model">A model with DeBERTa encoders in it.</param>
    /// <param name="generator">Source of the weights.</param>
    public static void MatchKeysToQueries(nn.Module model, Generator generator)
    {
        const string Query = "query_proj.weight";
        using var noGrad = no_grad();
        var parameters = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        foreach (var name in parameters.Keys.Where(name => name.EndsWith(Query, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var key = parameters[name[..^Query.Length] + "key_proj.weight"]; // [D, D]
            key.copy_(parameters[name].normal_(0, MatchingDeviation, generator));
        }
    }

    /// <param name="outFeatures">The width of the output; that of the input is D.</param>
    /// <param name="config">Gives D and the standard deviation.</param>
    /// <param name="generator">Source of the weights.</param>
    public static Linear Linear(long outFeatures, DebertaConfig config, Generator generator)
    {
        var linear = nn.Linear(config.HiddenSize, outFeatures);
        using var noGrad = no_grad();
        linear.weight!.normal_(0, config.InitializerRange, generator);
        linear.bias!.zero_();
        return linear;
    }
}
