using System.Runtime.InteropServices;
using SpectralAdapters.Tests.Golden;
using SpectralAdapters.Tests.Properties;
using static SpectralAdapters.Tests.Lifecycle.ExchangedLayerTests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Lifecycle;

/// <summary>A merged adapter cannot be trained: the backward says so, whether anything else is trained or not.</summary>
public sealed class MergedBackwardTests : IDisposable
{
    private readonly TextWriter _standardError = Console.Error;

    public void Dispose() => Console.SetError(_standardError);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_backward_through_a_merged_layer_says_that_it_is_merged(bool trainsHead)
    {
        using var scope = NewDisposeScope();
        using var message = new StringWriter();
        Console.SetError(message);
        using var net = new Net();
        var adapted = Attach(net, Lora("a", "b") with { ModulesToSave = trainsHead ? ["head"] : [] });
        AdaptedModelTests.Perturb(adapted, new Generator(1));
        var expected = net.call(Input());
        adapted.Merge();
        var output = net.call(Input());
        GoldenCheck.Close(expected, output, (1e-5, 1e-5), "merged");
        Assert.Throws<ExternalException>(() => output.sum().backward());
        Assert.Contains("merged", message.ToString());
        Assert.Contains("Unmerge", message.ToString());
        adapted.Unmerge();
        net.call(Input()).sum().backward();
        Assert.All(adapted.TrainableParameters(), parameter => Assert.NotNull(parameter.grad));
    }

    [Fact]
    public void Without_gradients_a_merged_layer_is_a_plain_one()
    {
        using var scope = NewDisposeScope();
        using var net = new Net();
        var adapted = Attach(net, Lora("a", "b"));
        adapted.Merge();
        foreach (var parameter in adapted.TrainableParameters())
        {
            parameter.requires_grad = false;
        }

        var input = Input().requires_grad_();
        net.call(input).sum().backward();
        Assert.NotNull(input.grad);
        using var noGrad = no_grad();
        Assert.False(net.call(input).requires_grad);
    }

    [Fact]
    public void Merging_between_forward_and_backward_is_named_too()
    {
        using var scope = NewDisposeScope();
        using var message = new StringWriter();
        Console.SetError(message);
        using var net = new Net();
        var adapted = Attach(net, Lora("a", "b"));
        var output = net.call(Input().requires_grad_());
        adapted.Merge();
        Assert.Throws<ExternalException>(() => output.sum().backward());
        Assert.Contains("merged", message.ToString());
    }
}
