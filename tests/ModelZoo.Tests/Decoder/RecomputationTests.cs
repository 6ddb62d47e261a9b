using ModelZoo.Decoder;
using SpectralAdapters;
using SpectralAdapters.Factors;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

/// <summary>Activations that are computed again: the same losses and gradients, bit for bit.</summary>
public sealed class RecomputationTests
{
    public static TheoryData<string> Methods => [.. AdapterRegistry.Methods.Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Losses_and_gradients_are_those_of_kept_activations(string method)
    {
        using var scope = NewDisposeScope();
        var kept = Steps(method, recompute: false);
        var again = Steps(method, recompute: true);

        Assert.Equal(kept.Losses, again.Losses);
        Assert.Equal(kept.Gradients.Keys, again.Gradients.Keys);
        Assert.NotEmpty(kept.Gradients);
        Assert.All(kept.Gradients, pair => Assert.True(pair.Value.equal(again.Gradients[pair.Key]).all().item<bool>(), pair.Key));
    }

    [Fact]
    public void Dropout_differs_from_step_to_step()
    {
        using var scope = NewDisposeScope();

        var losses = Steps("lora", recompute: true).Losses;

        Assert.NotEqual(losses[0], losses[1]);
    }

    private static (float[] Losses, Dictionary<string, Tensor> Gradients) Steps(string method, bool recompute)
    {
        using var model = SmallDecoder.Create();
        model.Model.Recompute = recompute;
        using var generator = new Generator(1);
        var adapted = AdaptedModel.Attach(model, Config(method), generator, new ExactFactorSource());
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

    private static AdapterConfig Config(string method)
    {
        var targets = TargetModules.Named("q_proj", "v_proj", "down_proj");
        return AdapterRegistry.Find(method).Default switch
        {
            FullConfig full => full,
            HeadOnlyConfig head => head with { ModulesToSave = ["lm_head"] },
            LidbConfig lidb => lidb with { DownSize = 9, UpSize = 7, TargetModules = targets },
            OrthogonalAdaptationConfig orthogonal => orthogonal with { Rank = 4, TargetModules = targets },
            OftConfig oft => oft with { BlockSize = 8, TargetModules = targets },
            LowRankConfig lora => lora with { Dropout = 0.3, TargetModules = targets },
            var other => other with { TargetModules = targets },
        };
    }
}
