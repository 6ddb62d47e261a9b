using SpectralAdapters.Tests.Golden;
using SpectralExperiments.Tests;
using TorchSharp;
using TorchSharp.Modules;
using static SpectralAdapters.Tests.Lifecycle.ExchangedLayerTests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Lifecycle;

/// <summary>What is adapted, saved and already adapted may not overlap; an attachment happens whole or not at all.</summary>
public sealed class OverlapTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData("head", "head.0", "head.2")]
    [InlineData("head", "a", "head.2")]
    [InlineData("head.0", "a", "head.0")]
    public void An_adapted_layer_in_a_module_to_save_is_refused(string saved, params string[] targets)
    {
        using var net = new Net(Head);
        var expected = net.call(Input());
        var error = Assert.Throws<ArgumentException>(() => Attach(net, Lora(targets) with { ModulesToSave = [saved] }));
        Assert.Contains($"module to save '{saved}'", error.Message);
        Assert.Contains($"'{targets.First(target => target.StartsWith(saved, StringComparison.Ordinal))}'", error.Message);
        AssertUntouched(net, expected);
    }

    [Fact]
    public void A_module_to_save_inside_another_is_saved_once()
    {
        using var folder = new TemporaryFolder();
        using var net = new Net(Head);
        using var fresh = new Net(Head);
        var adapted = Attach(net, Lora("a") with { ModulesToSave = ["head", "head.0"] });
        var names = adapted.NamedTrainableParameters().Select(pair => pair.Name).ToList();
        Assert.Equal(names.Distinct(), names);
        AdaptedModelTests.Perturb(adapted, new Generator(4));
        var expected = net.call(Input());
        adapted.Save(folder.Root);
        AdaptedModel.Load(fresh, folder.Root);
        GoldenCheck.Same(expected, fresh.call(Input()), "output");
    }

    [Fact]
    public void A_module_to_save_that_shares_its_weight_is_refused()
    {
        using var net = new Net(oneWeight: true);
        var expected = net.call(Input());
        var error = Assert.Throws<ArgumentException>(() => Attach(net, Lora("head") with { ModulesToSave = ["a"] }));
        Assert.Contains("a.weight", error.Message);
        Assert.Contains("b.weight", error.Message);
        AssertUntouched(net, expected);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public void A_second_attachment_is_refused_and_leaves_the_first_as_it_is(string target)
    {
        using var net = new Net();
        var first = Attach(net, Lora("a") with { ModulesToSave = ["head"] });
        AdaptedModelTests.Perturb(first, new Generator(4));
        var expected = net.call(Input());
        foreach (var config in new AdapterConfig[] { Lora(target, "b"), new FullConfig() })
        {
            Assert.Contains("'a'", Assert.Throws<InvalidOperationException>(() => Attach(net, config)).Message);
        }

        GoldenCheck.Same(expected, net.call(Input()), "output");
        Assert.Equal(["head.bias", "head.weight"], net.named_parameters().Where(pair => pair.parameter.requires_grad)
            .Select(pair => pair.name).Order());
        Assert.Null(first.Layers.GetValueOrDefault("b"));
    }

    [Fact]
    public void A_stored_adapter_is_not_loaded_onto_an_adapted_model()
    {
        using var folder = new TemporaryFolder();
        using var net = new Net();
        Attach(net, Lora("b")).Save(folder.Root);
        using var other = new Net();
        Attach(other, Lora("a") with { ModulesToSave = ["head"] });
        Assert.Throws<InvalidOperationException>(() => AdaptedModel.Load(other, folder.Root));
        Assert.True(other.get_parameter("head.weight")!.requires_grad);
    }

    [Fact]
    public void An_adapter_is_not_activated_beside_that_of_another_adapted_model()
    {
        using var net = new Net();
        var first = Attach(net, Lora("a") with { ModulesToSave = ["head"] });
        first.Activate(null);
        var second = Attach(net, Lora("b"));
        AdaptedModelTests.Perturb(second, new Generator(3));
        var expected = net.call(Input());
        Assert.Contains("'b'", Assert.Throws<InvalidOperationException>(() => first.Activate("default")).Message);
        Assert.Null(first.ActiveName);
        GoldenCheck.Same(expected, net.call(Input()), "output");
        second.Detach();
        first.Activate("default");
        Assert.Equal("default", first.ActiveName);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("head")]
    public void An_added_module_to_save_does_not_start_from_merged_weights(string layer)
    {
        using var net = new Net(() => nn.Sequential(new AdaptableLinear(8, 3)));
        using var bare = new Net(() => nn.Sequential(new AdaptableLinear(8, 3)));
        bare.load_state_dict(net.state_dict());
        var adapted = Attach(net, Lora(layer == "head" ? "head.0" : layer));
        AdaptedModelTests.Perturb(adapted, new Generator(2));
        var second = Lora("b") with { ModulesToSave = [layer] };
        adapted.Merge();
        var error = Assert.Throws<InvalidOperationException>(() => adapted.Add("second", second, new Generator(1)));
        Assert.Contains($"'{adapted.Layers.Keys.Single()}'", error.Message);
        Assert.Contains("unmerge", error.Message);
        adapted.Add("elsewhere", Lora("b"), new Generator(1));
        adapted.Unmerge();
        adapted.Add("second", second, new Generator(1));
        adapted.Activate("second");
        GoldenCheck.Same(bare.call(Input()), net.call(Input()), "not yet trained");
    }

    [Fact]
    public void An_added_adapter_is_made_for_the_base_and_not_for_a_trained_head()
    {
        using var net = new Net();
        var adapted = Attach(net, Lora("a") with { ModulesToSave = ["head"] });
        AdaptedModelTests.Perturb(adapted, new Generator(4));
        var config = new SpectralAConfig { Columns = ColumnSelection.Top(2), TargetModules = TargetModules.Named("head") };
        Assert.Contains("'head'", Assert.Throws<InvalidOperationException>(() => adapted.Add("second", config, new Generator(1))).Message);
        adapted.Activate(null);
        var bare = net.call(Input());
        adapted.Add("second", config with { Form = SpectralForm.Residual }, new Generator(1));
        adapted.Activate("second");
        GoldenCheck.Close(bare, net.call(Input()), (1e-6, 1e-6), "untrained second");
    }

    private static Sequential Head() => nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 3));

    private static void AssertUntouched(Net net, Tensor expected)
    {
        GoldenCheck.Same(expected, net.call(Input()), "output");
        Assert.All(net.parameters(), parameter => Assert.True(parameter.requires_grad));
        Assert.DoesNotContain(net.modules(), module => module is AdaptableLinear);
    }
}
