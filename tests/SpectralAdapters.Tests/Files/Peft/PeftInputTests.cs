using System.Text.Json.Nodes;
using SpectralAdapters.Factors;
using SpectralAdapters.Files;
using SpectralAdapters.Files.Peft;
using SpectralAdapters.Tests.Golden;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Peft;

/// <summary>PEFT folders that do not fit: refused with file, key and numbers, and the model stays as it was.</summary>
public sealed class PeftInputTests
{
    public static TheoryData<string, string, string, string> Settings => new()
    {
        { "lora", "peft_type", "\"IA3\"", "'peft_type': found \"IA3\", expected one of LORA, ADALORA, OFT, VERA" },
        { "lora", "peft_type", "7", "'peft_type': found 7, expected a text" },
        { "lora", "frobnicate", "3", "unknown keys for LORA: frobnicate" },
        { "lora", "init_r", "3", "unknown keys for LORA: init_r" },
        { "lora", "r", "5", "lora_A.weight': found shape [4, 32], expected [5, 32]" },
        { "lora", "r", "\"four\"", "'r': found \"four\", expected a whole number" },
        { "lora", "r", "4.5", "'r': found 4.5" },
        { "lora", "r", "null", "'r': found null" },
        { "lora", "r", "0", "rank is 0; at least 1 is needed" },
        { "lora", "r", "64", "q_proj.lora_A.weight': found shape [4, 32], expected [64, 32]" },
        { "lora", "lora_alpha", "-6", "alpha is -6; a number above 0 is needed" },
        { "lora", "lora_dropout", "1.5", "dropout is 1.5" },
        { "lora", "bias", "\"all\"", "'bias': found \"all\", expected nothing, because this feature is not supported" },
        { "lora", "use_qalora", "true", "'use_qalora': found true" },
        { "lora", "layers_to_transform", "[0]", "12 of 24 tensors match nothing in the model" },
        { "lora", "init_lora_weights", "\"pissa\"", "'init_lora_weights': found \"pissa\"" },
        { "lora", "use_dora", "true", "lora_magnitude_vector' is missing" },
        { "dora", "use_dora", "false", "12 of 36 tensors match nothing in the model: base_model.model.model.layers.0" },
        { "dora", "lora_bias", "true", "'lora_bias': found true, expected false together with use_dora" },
        { "adalora", "lora_bias", "true", "'lora_bias': found true" },
        { "lora", "lora_bias", "true", "lora_B.bias' is missing (and 11 more)" },
        { "vera", "exclude_modules", "[\"k_proj\"]", "'exclude_modules': found [\"k_proj\"], expected nothing" },
        { "lora", "target_modules", "[\"query\"]", "No linear layer fits the target modules query" },
        { "lora", "target_modules", "\"all-linear\"", "'target_modules': found \"all-linear\"" },
        { "lora", "target_modules", "[]", "at least one name" },
        { "lora", "target_modules", "[\"q_proj\", null]", "'target_modules': found [\"q_proj\",null], expected a list of names" },
        { "lora", "modules_to_save", "[\"\"]", "'modules_to_save': found [\"\"], expected a list of names" },
        { "lora", "target_modules", "[\"q_proj\"]", "20 of 24 tensors match nothing in the model" },
        { "adalora_pruned", "rank_pattern", "null", "lora_A': found shape [" },
        { "adalora", "rank_pattern", "{\"q_proj\": [true]}",
            "'rank_pattern': found {\"q_proj\":[true]}, expected names that end in .lora_E" },
        { "oft_cayley", "r", "4", "'r': found 4, expected that either r or oft_block_size (8) is 0" },
        { "oft_cayley", "module_dropout", "0.1", "'module_dropout': found 0.1" },
        { "oft_cayley", "oft_block_size", "16", "found shape [4, 28], expected [2, 120]" },
        { "vera", "save_projection", "false", "2 of 26 tensors match nothing in the model: base_model.vera_A, base_model.vera_B" },
        { "vera_no_projection", "save_projection", "true", "tensor 'base_model.vera_A' is missing" },
        { "vera", "projection_prng_key", "-1", "'projection_prng_key': found -1" },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_setting_that_does_not_fit_is_refused(string adapter, string key, string value, string expected)
    {
        using var folder = Copy(adapter);
        var path = folder.File("adapter_config.json");
        var settings = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        settings[key] = JsonNode.Parse(value);
        File.WriteAllText(path, settings.ToJsonString());
        Refused(folder, expected);
    }

    [Fact]
    public void An_old_peft_without_block_sizes_is_refused()
    {
        using var folder = Copy("oft_cayley");
        var path = folder.File("adapter_config.json");
        var settings = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        settings.Remove("oft_block_size");
        File.WriteAllText(path, settings.ToJsonString());
        Refused(folder, "'oft_block_size': found null, expected a number: a file without it was written by an old PEFT");
    }

    [Theory]
    [InlineData("{\"peft_type\": \"LORA\"", "adapter_config.json: ")]
    [InlineData("[1]", "an adapter config is a JSON object")]
    [InlineData("{\"peft_type\": \"LORA\", \"r\": 4, \"r\": 8}", "adapter_config.json: ")]
    public void A_config_that_is_no_json_object_is_refused(string text, string expected)
    {
        using var folder = Copy("lora");
        File.WriteAllText(folder.File("adapter_config.json"), text);
        Refused(folder, expected);
    }

    [Fact]
    public void A_value_that_is_not_finite_is_refused()
    {
        using var folder = Copy("lora");
        Rewrite(folder, (tensors, name) => tensors[name] = full([4, 32], float.NaN));
        Refused(folder, "q_proj.lora_A.weight' holds NaN or infinity");
    }

    [Theory]
    [InlineData("")]
    [InlineData("absent")]
    [InlineData("file")]
    public void A_folder_without_an_adapter_is_named(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        folder.Write("file", "");
        using var llama = TinyLlama.Load();

        var error = Assert.Throws<FileNotFoundException>(() => AdaptedModel.Load(llama, folder.File(name)));

        Assert.Equal($"{folder.File(name, "adapter_config.json")}: found no such file, expected that of an adapter.", error.Message);
    }

    [Fact]
    public void A_missing_and_an_unknown_tensor_are_refused()
    {
        using var missing = Copy("lora");
        Rewrite(missing, (tensors, name) => tensors.Remove(name));
        Refused(missing, "q_proj.lora_A.weight' is missing");
        using var unknown = Copy("lora");
        Rewrite(unknown, (tensors, name) => tensors[name + "s"] = ones(1));
        Refused(unknown, "1 of 25 tensors match nothing in the model: base_model.model.model.layers.1.self_attn.q_proj.lora_A.weights");
    }

    [Theory]
    [InlineData("adapter_config.json")]
    [InlineData("adapter_model.safetensors")]
    public void A_missing_file_is_refused(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = Copy("lora");
        File.Delete(folder.File(name));
        using var llama = TinyLlama.Load();
        var error = Assert.Throws<FileNotFoundException>(() => AdaptedModel.Load(llama, folder.Root));
        Assert.Contains(folder.File(name), error.Message);
    }

    [Fact]
    public void An_adapter_of_another_base_is_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var llama = TinyLlama.Load();
        PeftFiles.Save(AdaptedModel.Load(llama, TinyLlama.Folder("lora")), folder.Root);
        Refused(folder, "the adapter was trained on other base weights: found SHA-256", llama => llama.named_parameters()
            .Single(pair => pair.name == "model.layers.1.self_attn.k_proj.weight").parameter.mul_(1.0001));
    }

    [Fact]
    public void Factors_without_effect_are_refused()
    {
        using var scope = NewDisposeScope();
        using var llama = TinyLlama.Load();
        var error = Assert.Throws<ArgumentException>(
            () => AdaptedModel.Load(llama, TinyLlama.Folder("lora"), factors: new ExactFactorSource()));
        Assert.Contains("singular factors have no effect on an adapter of the kind LORA", error.Message);
        using var folder = new TemporaryFolder();
        AdaptedModel.Load(llama, TinyLlama.Folder("lora")).Save(folder.Root);
        using var fresh = TinyLlama.Load();
        error = Assert.Throws<ArgumentException>(() => AdaptedModel.Load(fresh, folder.Root, factors: new ExactFactorSource()));
        Assert.Contains("given ones have no effect", error.Message);
    }

    [Fact]
    public void A_new_feature_of_peft_that_is_off_is_no_obstacle()
    {
        using var scope = NewDisposeScope();
        using var folder = Copy("lora");
        var path = folder.File("adapter_config.json");
        File.WriteAllText(path, File.ReadAllText(path)
            .Replace("\"r\": 4", "\"r\": 4, \"some_new_feature\": null", StringComparison.Ordinal));
        using var llama = TinyLlama.Load();
        Assert.Equal("lora", AdaptedModel.Load(llama, folder.Root).Config.Method);
    }

    private static void Refused(TemporaryFolder folder, string expected, Action<TinyLlama>? change = null)
    {
        using var scope = NewDisposeScope();
        using var llama = TinyLlama.Load();
        using (no_grad())
        {
            change?.Invoke(llama);
        }

        var before = llama.call(TinyLlama.InputIds()); // [B, T, V]
        var error = Assert.Throws<InvalidDataException>(() => AdaptedModel.Load(llama, folder.Root));
        Assert.Contains(expected, error.Message);
        Assert.Contains(folder.Root, error.Message);
        GoldenCheck.Same(before, llama.call(TinyLlama.InputIds()), "logits");
        Assert.All(llama.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    private static void Rewrite(TemporaryFolder folder, Action<Dictionary<string, Tensor>, string> change)
    {
        using var scope = NewDisposeScope();
        var path = folder.File("adapter_model.safetensors");
        var tensors = SafetensorsFile.ReadAll(path);
        change(tensors, "base_model.model.model.layers.1.self_attn.q_proj.lora_A.weight");
        SafetensorsWriter.Write(path, tensors);
    }

    private static TemporaryFolder Copy(string adapter)
    {
        var folder = new TemporaryFolder();
        foreach (var name in new[] { "adapter_config.json", "adapter_model.safetensors" })
        {
            File.WriteAllBytes(folder.File(name), File.ReadAllBytes(Path.Combine(TinyLlama.Folder(adapter), name)));
        }

        return folder;
    }
}
