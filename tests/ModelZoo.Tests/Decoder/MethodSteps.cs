using ModelZoo.Decoder;
using SpectralAdapters;
using SpectralAdapters.Factors;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

/// <summary>Losses and summed gradients of two batches, with an adapter that is away from its start.</summary>
internal static class MethodSteps
{
    /// <summary>Runs a method of the registry.</summary>
    /// <param name="model">The decoder; its layers carry the adapter afterwards.</param>
    /// <param name="method">The method's name.</param>
    /// <param name="dropout">The probability of methods that have one.</param>
    public static (float[] Losses, Dictionary<string, Tensor> Gradients) Run(DecoderForCausalLm model, string method, double dropout)
    {
        using var generator = new Generator(1);
        var adapted = AdaptedModel.Attach(model, Config(method, dropout), generator, new ExactFactorSource());
        using var adaLora = AdaLoraTraining.Of(adapted);
        Move(adapted);
        manual_seed(9);
        model.train();
        var (ids, labels) = (SmallDecoder.Ids(2, 16), SmallDecoder.Ids(2, 16)); // [B, T] each
        var losses = new float[2];
        for (var step = 0; step < losses.Length; step++)
        {
            var loss = model.Loss(ids, null, labels); // []
            losses[step] = loss.item<float>();
            loss.backward();
        }

        return (losses, adapted.NamedTrainableParameters().ToDictionary(pair => pair.Name, pair => pair.Parameter.grad!.clone()));
    }

    // Away from a start at which some gradients are zero.
    private static void Move(AdaptedModel adapted)
    {
        using var noGrad = no_grad();
        using var generator = new Generator(2);
        foreach (var (_, parameter) in adapted.NamedTrainableParameters())
        {
            parameter.add_(randn(parameter.shape, generator: generator).mul_(0.05));
        }
    }

    private static AdapterConfig Config(string method, double dropout)
    {
        var targets = TargetModules.Named("q_proj", "v_proj", "down_proj");
        return AdapterRegistry.Find(method).Default switch
        {
            FullConfig full => full,
            HeadOnlyConfig head => head with { ModulesToSave = ["lm_head"] },
            LidbConfig lidb => lidb with { DownSize = 9, UpSize = 7, TargetModules = targets },
            OrthogonalAdaptationConfig orthogonal => orthogonal with { Rank = 4, TargetModules = targets },
            OftConfig oft => oft with { BlockSize = 8, TargetModules = targets },
            LowRankConfig lora => lora with { Dropout = dropout, TargetModules = targets },
            var other => other with { TargetModules = targets },
        };
    }
}
