using SpectralAdapters.Files;
using SpectralAdapters.Files.Peft;
using SpectralAdapters.Tests.Golden;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Peft;

/// <summary>What stands in a PEFT folder and is not read: no obstacle where it is off, named where it is on.</summary>
public sealed class PeftUnreadInputTests
{
    [Fact]
    public void Rank_stabilised_DoRA_divides_by_the_root_of_the_rank()
    {
        using var scope = NewDisposeScope();
        // alpha 6 over rank 4, and 3 over the root of 4.
        using var folder = DerivedFolder.Of(
            TinyLlama.Folder("dora"), new Dictionary<string, string> { ["use_rslora"] = "true", ["lora_alpha"] = "3" });
        using var llama = TinyLlama.Load();
        var adapted = AdaptedModel.Load(llama, folder.Root);
        using var expected = SafetensorsFile.Open(Path.Combine(TinyLlama.Folder("dora"), "expected.safetensors"));
        GoldenCheck.Close(expected.Read("logits"), llama.call(TinyLlama.InputIds()), (1e-4, 0), "logits");
        adapted.Merge();
        GoldenCheck.Close(expected.Read("merged_logits"), llama.call(TinyLlama.InputIds()), (1e-4, 0), "merged logits");
        adapted.Unmerge();
        using var written = new TemporaryFolder();
        PeftFiles.Save(adapted, written.Root);
        PeftComparison.SameTensors(folder.Root, written.Root);
        Assert.Equal("true", DerivedFolder.Setting(written.Root, "use_rslora"));
        Assert.Equal("true", DerivedFolder.Setting(written.Root, "use_dora"));
        adapted.Save(written.Root);
        using var again = TinyLlama.Load();
        AdaptedModel.Load(again, written.Root);
        GoldenCheck.Same(llama.call(TinyLlama.InputIds()), again.call(TinyLlama.InputIds()), "our own format");
    }

    [Theory]
    [InlineData("lora", "rank_pattern", "{\"q_porj\": 4}", "lora: the rank_pattern 'q_porj' has no effect: it fits none of the 12")]
    [InlineData("lora", "alpha_pattern", "{\"o_proj\": 3}", "lora: the alpha_pattern 'o_proj' has no effect: it fits none of the 12")]
    [InlineData("dora", "alpha_pattern", "{\"o_proj\": 3}", "dora: the alpha_pattern 'o_proj' has no effect: it fits none of the 12")]
    [InlineData("adalora", "rank_pattern", "{\"o_proj.lora_E\": [true]}", "the rank_pattern 'o_proj' has no effect: it fits none of")]
    [InlineData("lora", "rank_pattern", "{\"q_proj(\": 4}", "lora: the rank_pattern 'q_proj(' is not a regular expression")]
    public void A_pattern_that_fits_no_layer_is_refused(string method, string key, string value, string expected)
    {
        using var folder = DerivedFolder.Of(TinyLlama.Folder(method), new Dictionary<string, string> { [key] = value });
        Refused(folder.Root, expected);
    }

    [Theory]
    [InlineData("merge_weights", "false")]
    [InlineData("enable_lora", "null")]
    [InlineData("some_new_feature", "\"none\"")]
    [InlineData("some_new_feature", "{}")]
    [InlineData("some_new_feature", "[]")]
    [InlineData("some_new_feature", "0.0")]
    [InlineData("loftq_config", "0e0")]
    public void An_unknown_key_that_is_off_is_no_obstacle(string key, string value)
    {
        using var scope = NewDisposeScope();
        using var folder = DerivedFolder.Of(TinyLlama.Folder("lora"), new Dictionary<string, string> { [key] = value });
        using var llama = TinyLlama.Load();
        AdaptedModel.Load(llama, folder.Root);
        using var expected = SafetensorsFile.Open(Path.Combine(TinyLlama.Folder("lora"), "expected.safetensors"));
        GoldenCheck.Close(expected.Read("logits"), llama.call(TinyLlama.InputIds()), (1e-4, 0), "logits");
    }

    [Theory]
    [InlineData("merge_weights", "true")]
    [InlineData("some_new_feature", "0.5")]
    public void An_unknown_key_that_is_on_is_named(string key, string value)
    {
        using var folder = DerivedFolder.Of(TinyLlama.Folder("lora"), new Dictionary<string, string> { [key] = value });
        Refused(folder.Root, $"unknown keys for LORA: {key}");
    }

    [Fact]
    public void Integers_are_no_adapter_weights()
    {
        const string Name = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";
        using var scope = NewDisposeScope();
        using var folder = DerivedFolder.Of(
            TinyLlama.Folder("lora"), new Dictionary<string, string>(), tensors => tensors[Name] = ones([4, 32], dtype: ScalarType.Int8));
        Refused(folder.Root, $"tensor '{Name}': found element type I8, expected a floating-point type");
    }

    [Fact]
    public void Renamed_tensors_are_named_with_those_that_are_missing()
    {
        using var scope = NewDisposeScope();
        using var folder = DerivedFolder.Of(TinyLlama.Folder("lora"), new Dictionary<string, string>(), tensors =>
        {
            foreach (var (name, tensor) in tensors.ToList())
            {
                tensors.Remove(name);
                tensors[name.Replace("base_model.model.", "", StringComparison.Ordinal)] = tensor;
            }
        });
        var message = Refused(folder.Root, "the file holds 24 tensors, the first 'model.layers.0.mlp.down_proj.lora_A.weight'");
        Assert.Contains("tensor 'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight' is missing", message);
    }

    [Fact]
    public void Weights_as_a_pickle_only_are_named()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(TinyLlama.Folder("lora"), "adapter_config.json"), folder.File("adapter_config.json"));
        File.WriteAllBytes(folder.File("adapter_model.bin"), [1, 2, 3]);
        using var llama = TinyLlama.Load();
        var error = Assert.Throws<FileNotFoundException>(() => AdaptedModel.Load(llama, folder.Root));
        Assert.Contains($"{folder.Root}: found adapter_model.bin, expected adapter_model.safetensors", error.Message);
    }

    [Theory]
    [InlineData("r", "\"four\"", "'r': found \"four\", expected a whole number")]
    [InlineData("r", "4.5", "'r': found 4.5, expected a whole number")]
    [InlineData("lora_alpha", "\"six\"", "'lora_alpha': found \"six\", expected a number")]
    [InlineData("use_dora", "\"yes\"", "'use_dora': found \"yes\", expected true or false")]
    [InlineData("peft_type", "7", "'peft_type': found 7, expected a text")]
    [InlineData("rank_pattern", "{\"q_proj\": \"x\"}", "'rank_pattern': found {\"q_proj\":\"x\"}, expected an object of whole numbers")]
    [InlineData("alpha_pattern", "[1]", "'alpha_pattern': found [1], expected an object of numbers")]
    [InlineData("modules_to_save", "3", "'modules_to_save': found 3, expected a list of names")]
    [InlineData("target_modules", "3", "'target_modules': found 3, expected a list of names or a regular expression")]
    public void Types_are_named_as_JSON_has_them(string key, string value, string expected)
    {
        using var folder = DerivedFolder.Of(TinyLlama.Folder("lora"), new Dictionary<string, string> { [key] = value });
        Refused(folder.Root, expected);
    }

    [Theory]
    [InlineData("lora")]
    [InlineData("oft_cayley")]
    public void Modules_to_save_are_no_targets(string method)
    {
        using var scope = NewDisposeScope();
        var source = TinyLlama.Folder(method);
        using var folder = DerivedFolder.Of(
            source,
            new Dictionary<string, string> { ["modules_to_save"] = "[\"k_proj\"]" },
            tensors =>
            {
                foreach (var name in tensors.Keys.Where(name => name.Contains("k_proj", StringComparison.Ordinal)).ToList())
                {
                    tensors.Remove(name);
                }

                tensors["base_model.model.model.layers.0.self_attn.k_proj.weight"] = randn([16, 32], generator: new Generator(3));
                tensors["base_model.model.model.layers.1.self_attn.k_proj.weight"] = randn([16, 32], generator: new Generator(4));
            });
        using var llama = TinyLlama.Load();
        var adapted = AdaptedModel.Load(llama, folder.Root);
        Assert.Equal(10, adapted.Layers.Count);
        using var written = new TemporaryFolder();
        PeftFiles.Save(adapted, written.Root);
        PeftComparison.SameTensors(folder.Root, written.Root);
    }

    private static string Refused(string folder, string expected)
    {
        using var scope = NewDisposeScope();
        using var llama = TinyLlama.Load();
        var error = Assert.Throws<InvalidDataException>(() => AdaptedModel.Load(llama, folder));
        Assert.Contains(expected, error.Message);
        Assert.Contains(folder, error.Message);
        return error.Message;
    }
}
