using ModelZoo.Deberta;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pretrain.Deberta;

/// <summary>Layers of the heads, started like the model itself and from the run's own generator.</summary>
internal static class InitialWeights
{
    /// <param name="outFeatures">The width of the output; that of the input is D.</param>
    /// <param name="config">Gives D and the standard deviation.</param>
    /// <param name="generator">Source of the weights.</param>
    public static Linear Linear(long outFeatures, DebertaConfig config, Generator generator)
    {
        var linear = nn.Linear(config.HiddenSize, outFeatures);
        using var ungraded = no_grad();
        linear.weight!.normal_(0, config.InitializerRange, generator);
        linear.bias!.zero_();
        return linear;
    }
}
