using SpectralAdapters.Files;
using SpectralAdapters.Files.Peft;
using SpectralAdapters.Tests.Golden;
using SpectralAdapters.Tests.Lifecycle;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Peft;

/// <summary>lm_head as a target: PEFT's file then holds the base's own weight of it too, which replaces that of the model.</summary>
public sealed class PeftOutputHeadTests
{
    private const string BaseTensor = "base_model.model.lm_head.base_layer.weight";
    private static readonly TargetModules Targets = TargetModules.Named("q_proj", "lm_head");

    public static TheoryData<AdapterConfig> Configs =>
    [
        new LoraConfig { TargetModules = Targets, Rank = 4 },
        new DoraConfig { TargetModules = Targets, Rank = 4 },
        new AdaLoraConfig { TargetModules = Targets, Rank = 4 },
        new OftConfig { TargetModules = Targets, BlockSize = 8 },
        new VeraConfig { TargetModules = Targets, Rank = 6 },
    ];

    [Theory]
    [MemberData(nameof(Configs))]
    public void The_file_carries_the_weight_and_puts_it_back_over_another_base(AdapterConfig config)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var llama = TinyLlama.Load();
        var adapted = TinyLlama.Randomised(llama, config);
        var expected = llama.call(TinyLlama.InputIds()); // [B, T, V]
        PeftFiles.Save(adapted, folder.Root);
        using (var file = SafetensorsFile.Open(folder.File("adapter_model.safetensors")))
        {
            GoldenCheck.Same(adapted.Layers["lm_head"].BaseWeight, file.Read(BaseTensor), BaseTensor);
        }

        using var other = Other();
        var before = other.call(TinyLlama.InputIds());
        var loaded = AdaptedModel.Load(other, folder.Root);
        GoldenCheck.Same(expected, other.call(TinyLlama.InputIds()), "over another lm_head");
        loaded.Merge();
        GoldenCheck.Close(expected, other.call(TinyLlama.InputIds()), (1e-4, 0), "merged");
        loaded.Activate(null);
        GoldenCheck.Same(before, other.call(TinyLlama.InputIds()), "deactivated");
        loaded.Activate(AdaptedModel.DefaultName);
        GoldenCheck.Same(expected, other.call(TinyLlama.InputIds()), "activated again");
    }

    [Theory]
    [InlineData("own")]
    [InlineData("peft")]
    public void A_replaced_weight_is_written_again(string format)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var again = new TemporaryFolder();
        using var llama = TinyLlama.Load();
        PeftFiles.Save(TinyLlama.Randomised(llama, new LoraConfig { TargetModules = Targets, Rank = 4 }), folder.Root);
        using var other = Other();
        var loaded = AdaptedModel.Load(other, folder.Root);
        var expected = other.call(TinyLlama.InputIds()); // [B, T, V]
        if (format == "own")
        {
            loaded.Save(again.Root);
        }
        else
        {
            PeftFiles.Save(loaded, again.Root);
            PeftComparison.SameTensors(folder.Root, again.Root);
        }

        using var third = Other();
        AdaptedModel.Load(third, again.Root);
        GoldenCheck.Same(expected, third.call(TinyLlama.InputIds()), "read back");
    }

    [Fact]
    public void Another_adapter_is_made_over_the_weights_of_the_model()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var plain = new TemporaryFolder();
        using var llama = TinyLlama.Load();
        PeftFiles.Save(TinyLlama.Randomised(llama, new LoraConfig { TargetModules = Targets, Rank = 4 }), folder.Root);
        using var first = Other();
        var head = new DoraConfig { TargetModules = TargetModules.Matching("lm_head"), Rank = 2 };
        PeftFiles.Save(TinyLlama.Randomised(first, head), plain.Root);
        using var alone = Other();
        AdaptedModel.Attach(alone, new DoraConfig { TargetModules = Targets, Rank = 2 }, new Generator(2));
        using var other = Other();
        var adapted = AdaptedModel.Load(other, folder.Root);
        var expected = other.call(TinyLlama.InputIds()); // [B, T, V]
        adapted.Merge();
        adapted.Add("dora", new DoraConfig { TargetModules = Targets, Rank = 2 }, new Generator(2));
        adapted.Add("read", plain.Root);
        adapted.Unmerge();
        GoldenCheck.Same(expected, other.call(TinyLlama.InputIds()), "the active adapter");
        adapted.Activate("dora");
        GoldenCheck.Same(alone.call(TinyLlama.InputIds()), other.call(TinyLlama.InputIds()), "a new DoRA");
        adapted.Activate("read");
        GoldenCheck.Same(first.call(TinyLlama.InputIds()), other.call(TinyLlama.InputIds()), "one that was read");
    }

    [Fact]
    public void A_change_of_another_base_weight_is_not_combined()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = new HeadOnly(1);
        var adapted = AdaptedModel.Attach(
            model, new LoraConfig { TargetModules = TargetModules.Named("lm_head"), Rank = 2 }, new Generator(3));
        AdaptedModelTests.Perturb(adapted, new Generator(4));
        PeftFiles.Save(adapted, folder.Root);
        using var other = new HeadOnly(2);
        var loaded = AdaptedModel.Load(other, folder.Root);
        var message = Assert.Throws<ArgumentException>(() => loaded.Combine("sum", (AdaptedModel.DefaultName, 1))).Message;
        Assert.Contains("'default' changes another base weight than the model's (lm_head.weight)", message);
        Assert.Equal([AdaptedModel.DefaultName], loaded.Names);
        using var same = new HeadOnly(1);
        var own = AdaptedModel.Load(same, folder.Root);
        var expected = same.call(ones(1, 8)); // [1, m]
        own.Combine("sum", (AdaptedModel.DefaultName, 1));
        own.Activate("sum");
        GoldenCheck.Close(expected, same.call(ones(1, 8)), (1e-6, 1e-6), "over its own base");
    }

    [Fact]
    public void A_head_with_a_bias_is_written_and_put_back_with_it()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = new HeadOnly(1);
        var adapted = AdaptedModel.Attach(
            model, new LoraConfig { TargetModules = TargetModules.Named("lm_head"), Rank = 2 }, new Generator(3));
        AdaptedModelTests.Perturb(adapted, new Generator(4));
        var input = randn(5, 8, generator: new Generator(5)); // [T, n]
        var expected = model.call(input); // [T, m]
        PeftFiles.Save(adapted, folder.Root);
        using var other = new HeadOnly(2);
        var before = other.call(input);
        var loaded = AdaptedModel.Load(other, folder.Root);
        GoldenCheck.Same(expected, other.call(input), "over another head");
        loaded.Save(folder.Root);
        loaded.Detach();
        GoldenCheck.Same(before, other.call(input), "detached");
        using var third = new HeadOnly(2);
        AdaptedModel.Load(third, folder.Root);
        GoldenCheck.Same(expected, third.call(input), "our own format");
    }

    [Fact]
    public void A_base_weight_of_another_shape_or_of_no_target_is_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var llama = TinyLlama.Load();
        PeftFiles.Save(TinyLlama.Randomised(llama, new LoraConfig { TargetModules = Targets, Rank = 4 }), folder.Root);
        foreach (var (name, value, expected) in new[]
        {
            (BaseTensor, zeros(65, 32), $"tensor '{BaseTensor}': found shape [65, 32], expected [64, 32]"),
            (BaseTensor, full([64, 32], float.NaN), $"tensor '{BaseTensor}' holds NaN or infinity"),
            ("base_model.model.norm.base_layer.weight", zeros(32), "1 of 8 tensors match nothing in the model"),
        })
        {
            using var changed = DerivedFolder.Of(folder.Root, new Dictionary<string, string>(), tensors => tensors[name] = value);
            using var fresh = TinyLlama.Load();
            Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => AdaptedModel.Load(fresh, changed.Root)).Message);
        }
    }

    [Fact]
    public void Embeddings_as_targets_are_refused_by_name()
    {
        using var scope = NewDisposeScope();
        using var folder = DerivedFolder.Of(
            TinyLlama.Folder("lora"),
            new Dictionary<string, string>
            {
                ["target_modules"] = """["down_proj", "gate_proj", "k_proj", "q_proj", "up_proj", "v_proj", "embed_tokens"]""",
            },
            tensors =>
            {
                tensors["base_model.model.model.embed_tokens.lora_embedding_A"] = zeros(4, 64);
                tensors["base_model.model.model.embed_tokens.lora_embedding_B"] = zeros(32, 4);
            });
        using var llama = TinyLlama.Load();
        var error = Assert.Throws<InvalidDataException>(() => AdaptedModel.Load(llama, folder.Root));
        Assert.Contains("the target model.embed_tokens is an Embedding", error.Message);
        Assert.Contains(folder.Root, error.Message);
    }

    private static TinyLlama Other()
    {
        var llama = TinyLlama.Load();
        using var noGrad = no_grad();
        llama.named_parameters().Single(pair => pair.name == "lm_head.weight").parameter.mul_(1.25);
        return llama;
    }
}
