using SpectralAdapters.Files.Peft;
using SpectralAdapters.Tests.Golden;
using SpectralAdapters.Tests.Lifecycle;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Peft;

/// <summary>Layers chosen by our own settings, as PEFT's files have them.</summary>
public sealed class PeftExclusionTests
{
    [Fact]
    public void Where_PEFT_has_no_exclude_modules_the_remaining_targets_are_written_in_full()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = new SmallModel();
        var adapted = Attach(model, new VeraConfig { Rank = 3, ExcludeModules = TargetModules.Named("first.up_proj") });
        Assert.Equal(["first.down_proj", "second.up_proj", "second.down_proj"], adapted.Layers.Keys);
        AdaptedModelTests.Perturb(adapted, new Generator(4));
        var expected = model.call(AdaptedModelTests.Input());
        PeftFiles.Save(adapted, folder.Root);
        Assert.Equal(
            """["first.down_proj","second.up_proj","second.down_proj"]""", DerivedFolder.Setting(folder.Root, "target_modules"));
        using var fresh = new SmallModel();
        AdaptedModel.Load(fresh, folder.Root);
        GoldenCheck.Same(expected, fresh.call(AdaptedModelTests.Input()), "read back");
    }

    [Fact]
    public void A_new_adapter_with_an_exclusion_that_excludes_nothing_is_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallModel();
        var error = Assert.Throws<ArgumentException>(
            () => Attach(model, new LoraConfig { Rank = 3, ExcludeModules = TargetModules.Named("frist.up_proj") }));
        Assert.Contains("lora: the excluded modules frist.up_proj have no effect: no target fits them", error.Message);
    }

    [Fact]
    public void A_target_that_is_an_embedding_is_refused_by_name()
    {
        using var scope = NewDisposeScope();
        using var llama = TinyLlama.Load();
        var error = Assert.Throws<ArgumentException>(() => AdaptedModel.Attach(
            llama, new LoraConfig { TargetModules = TargetModules.Named("q_proj", "embed_tokens") }, new Generator(1)));
        Assert.Contains("lora: the target model.embed_tokens is an Embedding", error.Message);
    }

    [Theory]
    [InlineData("model.layers.3.mlp.up_proj", true)]
    [InlineData("model.layers.13.mlp.up_proj", false)]
    [InlineData("model.layers.1.experts.3.up_proj", false)]
    [InlineData("layers.3.mlp.up_proj", false)] // PEFT's expression asks for a name before it
    [InlineData("model.up_proj", false)]
    [InlineData("model.layers.99999999999999999999.up_proj", false)]
    public void The_first_number_after_a_name_is_the_index(string layer, bool fits) =>
        Assert.Equal(fits, new LayerIndices([3], []).Match(layer));

    [Theory]
    [InlineData("model.encoder.3.decoder.5.up_proj", true)]
    [InlineData("model.decoder.3.up_proj", false)]
    [InlineData("model.decoder.5.up_proj", true)]
    public void A_pattern_says_which_number_is_the_index(string layer, bool fits) =>
        Assert.Equal(fits, new LayerIndices([5], ["blocks", "decoder"]).Match(layer));

    [Fact]
    public void Indices_need_a_number_and_no_empty_pattern()
    {
        Assert.Throws<ArgumentException>(() => new LayerIndices([], []));
        Assert.Throws<ArgumentException>(() => new LayerIndices([-1], []));
        Assert.Throws<ArgumentException>(() => new LayerIndices([1], [""]));
        Assert.ThrowsAny<ArgumentException>(() => new LayerIndices([1], ["("]));
    }

    private static AdaptedModel Attach(SmallModel model, AdapterConfig config) =>
        AdaptedModel.Attach(model, config with { TargetModules = TargetModules.Named("up_proj", "down_proj") }, new Generator(3));
}
