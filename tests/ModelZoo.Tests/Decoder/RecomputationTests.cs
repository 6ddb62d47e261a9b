using ModelZoo.Decoder;
using SpectralAdapters;
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
        return MethodSteps.Run(model, method, dropout: 0.3);
    }
}
