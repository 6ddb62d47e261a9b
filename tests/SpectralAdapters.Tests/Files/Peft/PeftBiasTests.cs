using System.Text.Json.Nodes;
using SpectralAdapters.Files;
using SpectralAdapters.Files.Peft;
using SpectralAdapters.Tests.Golden;
using SpectralAdapters.Tests.Lifecycle;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Peft;

/// <summary>PEFT's lora_bias: lora_B has a bias c, and y = x W^T + b + s (B A x + c) (tuners/lora/layer.py).</summary>
public sealed class PeftBiasTests
{
    private const double Scale = 1.5; // alpha 3 over rank 2
    private static readonly string[] Layers = ["first.up_proj", "first.down_proj", "second.up_proj", "second.down_proj"];

    [Fact]
    public void The_bias_is_scaled_and_added_with_and_without_one_of_the_layers_own()
    {
        using var scope = NewDisposeScope();
        using var folder = Folder();
        using var model = new SmallModel();
        var adapted = AdaptedModel.Load(model, folder.Root);
        using var file = SafetensorsFile.Open(folder.File("adapter_model.safetensors"));
        foreach (var (name, layer) in adapted.Layers)
        {
            var input = randn(5, layer.InFeatures, generator: new Generator(7)); // [T, n]
            GoldenCheck.Close(Expected(file, name, layer, input), layer.call(input), (1e-5, 1e-5), name);
        }

        // 2 (16 + 24) in each factor pair, and one bias of 24 or 16 each.
        Assert.Equal((4 * 2 * 40) + 24 + 16 + 24 + 16, adapted.CountParameters().Adapter);
    }

    [Fact]
    public void Merged_layers_compute_the_same_and_unmerged_ones_are_as_before()
    {
        using var scope = NewDisposeScope();
        using var folder = Folder();
        using var model = new SmallModel();
        var state = State(model);
        var adapted = AdaptedModel.Load(model, folder.Root);
        var expected = model.call(AdaptedModelTests.Input());
        adapted.Merge();
        GoldenCheck.Close(expected, model.call(AdaptedModelTests.Input()), (1e-5, 1e-5), "merged");
        adapted.Merge(0);
        using var bare = new SmallModel();
        GoldenCheck.Close(bare.call(AdaptedModelTests.Input()), model.call(AdaptedModelTests.Input()), (1e-6, 0), "merged with strength 0");
        adapted.Unmerge();
        GoldenCheck.Same(expected, model.call(AdaptedModelTests.Input()), "unmerged");
        adapted.Merge();
        adapted.Detach();
        Assert.Equal(state, State(model));
        GoldenCheck.Same(bare.call(AdaptedModelTests.Input()), model.call(AdaptedModelTests.Input()), "detached");
    }

    [Fact]
    public void The_bias_is_written_back_and_kept_in_our_own_format()
    {
        using var scope = NewDisposeScope();
        using var folder = Folder();
        using var written = new TemporaryFolder();
        using var model = new SmallModel();
        var adapted = AdaptedModel.Load(model, folder.Root);
        var expected = model.call(AdaptedModelTests.Input());
        PeftFiles.Save(adapted, written.Root);
        PeftComparison.SameTensors(folder.Root, written.Root);
        Assert.Equal("true", DerivedFolder.Setting(written.Root, "lora_bias"));
        RequireRead(written.Root, expected, (0, 0));
        adapted.Save(written.Root);
        RequireRead(written.Root, expected, (0, 0));
        PeftFiles.ExportLora(adapted, written.Root);
        RequireRead(written.Root, expected, (1e-5, 1e-5));
    }

    [Fact]
    public void A_combination_has_the_weighted_sum_of_the_biases()
    {
        using var scope = NewDisposeScope();
        using var folder = Folder();
        using var model = new SmallModel();
        var adapted = AdaptedModel.Load(model, folder.Root, "one");
        var (layer, input) = (adapted.Layers["first.up_proj"], randn(5, 16, generator: new Generator(7))); // [T, n]
        var change = layer.call(input).sub(nn.functional.linear(input, layer.BaseWeight, layer.Bias)); // [T, m]
        adapted.Combine("half", ("one", 0.5));
        adapted.Activate("half");
        var half = layer.call(input).sub(nn.functional.linear(input, layer.BaseWeight, layer.Bias)); // [T, m]
        GoldenCheck.Close(change.mul(0.5), half, (1e-5, 1e-5), "half of the change");
    }

    [Fact]
    public void The_bias_is_trained()
    {
        using var scope = NewDisposeScope();
        using var folder = Folder();
        using var model = new SmallModel();
        var adapted = AdaptedModel.Load(model, folder.Root);
        model.train();
        var layer = adapted.Layers["first.down_proj"];
        var input = randn(5, 24, generator: new Generator(7)); // [T, n]
        layer.call(input).sum().backward();
        var bias = adapted.NamedTrainableParameters().Single(pair => pair.Name == "first.down_proj.lora_B_bias").Parameter;
        GoldenCheck.Close(full(16, 5 * Scale), bias.grad!, (1e-5, 0), "gradient of the bias");
    }

    private static Tensor Expected(SafetensorsFile file, string name, AdaptableLinear layer, Tensor input)
    {
        var prefix = $"base_model.model.{name}";
        var (a, b, c) = (file.Read($"{prefix}.lora_A.weight"), file.Read($"{prefix}.lora_B.weight"), file.Read($"{prefix}.lora_B.bias"));
        return nn.functional.linear(input, layer.BaseWeight, layer.Bias).add(input.mm(a.t()).mm(b.t()).add(c).mul(Scale)); // [T, m]
    }

    private static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        using var random = new Generator(5);
        var tensors = new Dictionary<string, Tensor>();
        foreach (var layer in Layers)
        {
            var (m, n) = layer.EndsWith("up_proj", StringComparison.Ordinal) ? (24, 16) : (16, 24);
            tensors[$"base_model.model.{layer}.lora_A.weight"] = randn(2, n, generator: random);
            tensors[$"base_model.model.{layer}.lora_B.weight"] = randn(m, 2, generator: random);
            tensors[$"base_model.model.{layer}.lora_B.bias"] = randn(m, generator: random);
        }

        SafetensorsWriter.Write(folder.File("adapter_model.safetensors"), tensors);
        folder.Write("adapter_config.json", new JsonObject
        {
            ["peft_type"] = "LORA", ["r"] = 2, ["lora_alpha"] = 3, ["lora_bias"] = true,
            ["target_modules"] = new JsonArray("up_proj", "down_proj"),
        }.ToJsonString());
        return folder;
    }

    private static void RequireRead(string folder, Tensor expected, (double Absolute, double Relative) tolerance)
    {
        using var fresh = new SmallModel();
        AdaptedModel.Load(fresh, folder);
        GoldenCheck.Close(expected, fresh.call(AdaptedModelTests.Input()), tolerance, "read back");
    }

    private static string State(SmallModel model) =>
        string.Join("\n", model.state_dict().Select(pair => $"{pair.Key} {pair.Value.sum().item<float>():R}"));
}
