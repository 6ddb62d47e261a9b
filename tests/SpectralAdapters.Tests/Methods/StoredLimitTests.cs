using System.Text.Json.Nodes;
using SpectralAdapters.Files;
using SpectralAdapters.Files.Peft;
using SpectralAdapters.Tests.Golden;
using SpectralAdapters.Tests.Lifecycle;
using SpectralExperiments.Tests;
using TorchSharp;
using static SpectralAdapters.Tests.Lifecycle.ExchangedLayerTests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Methods;

/// <summary>What would not be created can still be read: pruned to rank 0, a rank above the layer's sides.</summary>
public sealed class StoredLimitTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void An_adalora_file_with_a_layer_pruned_to_rank_0_is_read_and_written_again()
    {
        using var net = new Net();
        var config = new AdaLoraConfig { Rank = 3, TargetModules = TargetModules.Named("a", "b") };
        var adapted = Attach(net, config);
        AdaptedModelTests.Perturb(adapted, new Generator(4));
        PeftFiles.Save(adapted, _folder.Root);
        Prune(_folder.Root, "b", keep: 0);
        Prune(_folder.Root, "a", keep: 2);
        using (no_grad())
        {
            adapted.Layers["b"].Adapter!.get_parameter("lora_E")!.zero_();
            adapted.Layers["a"].Adapter!.get_parameter("lora_E")![2].zero_();
        }

        using var fresh = new Net();
        var loaded = AdaptedModel.Load(fresh, _folder.Root);
        GoldenCheck.Close(net.call(Input()), fresh.call(Input()), (1e-6, 1e-6), "loaded");
        Assert.Equal([0, 8], loaded.Layers["b"].Adapter!.get_parameter("lora_A")!.shape);
        fresh.call(Input().requires_grad_()).sum().backward();
        AssertWrittenAgain(loaded, fresh);
        loaded.Merge();
        GoldenCheck.Close(net.call(Input()), fresh.call(Input()), (1e-5, 1e-5), "merged");
    }

    [Fact]
    public void A_lora_file_with_a_rank_above_the_smaller_side_is_read_and_written_again()
    {
        using var net = new Net();
        var adapted = Attach(net, new SpectralAConfig { Columns = ColumnSelection.Top(3), TargetModules = TargetModules.Named("head", "a") });
        AdaptedModelTests.Perturb(adapted, new Generator(4));
        PeftFiles.ExportLora(adapted, _folder.Root); // rank 6 over [3, 8]
        using var fresh = new Net();
        var loaded = AdaptedModel.Load(fresh, _folder.Root);
        GoldenCheck.Close(net.call(Input()), fresh.call(Input()), (1e-5, 1e-5), "loaded");
        AssertWrittenAgain(loaded, fresh);
        Assert.Contains("rank 6", Assert.Throws<ArgumentException>(() => Attach(new Net(), Lora("head") with { Rank = 6 })).Message);
    }

    [Fact]
    public void Layers_of_rank_0_are_combined_and_exported()
    {
        using var net = new Net();
        PeftFiles.Save(Attach(net, new AdaLoraConfig { Rank = 2, TargetModules = TargetModules.Named("a", "b") }), _folder.Root);
        Prune(_folder.Root, "b", keep: 0);
        using var fresh = new Net();
        var loaded = AdaptedModel.Load(fresh, _folder.Root);
        var expected = fresh.call(Input());
        loaded.Combine("sum", ("default", 1));
        loaded.Activate("sum");
        GoldenCheck.Close(expected, fresh.call(Input()), (1e-6, 1e-6), "combined");
        loaded.Activate("default");
        PeftFiles.ExportLora(loaded, _folder.File("lora"));
        using var third = new Net();
        AdaptedModel.Load(third, _folder.File("lora"));
        GoldenCheck.Close(expected, third.call(Input()), (1e-6, 1e-6), "exported");
    }

    [Theory]
    [InlineData("U")]
    [InlineData("S")]
    [InlineData("V")]
    public void Singular_factors_of_another_size_in_a_file_are_refused(string factor)
    {
        using var net = new Net();
        var config = new SpectralAConfig { Columns = ColumnSelection.Top(3), TargetModules = TargetModules.Named("a") };
        Attach(net, config).Save(_folder.Root);
        var path = Path.Combine(_folder.Root, "adapter_model.safetensors");
        Dictionary<string, Tensor> tensors;
        Dictionary<string, string> metadata;
        using (var file = SafetensorsFile.Open(path))
        {
            (tensors, metadata) = (file.ReadAll(), file.Metadata.ToDictionary());
        }

        var name = $"base_model.model.a.{factor}";
        tensors[name] = tensors[name].narrow(-1, 0, 1).clone();
        SafetensorsWriter.Write(path, tensors, metadata);
        var error = Assert.Throws<InvalidDataException>(() => AdaptedModel.Load(new Net(), _folder.Root));
        Assert.Contains(path, error.Message);
        Assert.Contains($"a.{factor}", error.Message);
        Assert.Contains("3]", error.Message);
    }

    private void AssertWrittenAgain(AdaptedModel loaded, Net model)
    {
        loaded.Save(_folder.File("own"));
        PeftFiles.Save(loaded, _folder.File("peft"));
        foreach (var folder in new[] { "own", "peft" })
        {
            using var fresh = new Net();
            fresh.train(model.training);
            AdaptedModel.Load(fresh, _folder.File(folder));
            GoldenCheck.Same(model.call(Input()), fresh.call(Input()), folder);
        }
    }

    private static void Prune(string folder, string layer, long keep)
    {
        var path = Path.Combine(folder, "adapter_model.safetensors");
        Dictionary<string, Tensor> tensors;
        Dictionary<string, string> metadata;
        using (var file = SafetensorsFile.Open(path))
        {
            tensors = file.ReadAll();
            metadata = file.Metadata.ToDictionary();
        }

        var prefix = $"base_model.model.{layer}.lora_";
        var rank = tensors[prefix + "E"].shape[0];
        tensors[prefix + "A"] = tensors[prefix + "A"].narrow(0, 0, keep).clone();
        tensors[prefix + "E"] = tensors[prefix + "E"].narrow(0, 0, keep).clone();
        tensors[prefix + "B"] = tensors[prefix + "B"].narrow(1, 0, keep).clone();
        SafetensorsWriter.Write(path, tensors, metadata);
        Edit(folder, config =>
        {
            var masks = config["rank_pattern"] as JsonObject ?? [];
            masks[$"{layer}.lora_E"] = new JsonArray([.. Enumerable.Range(0, (int)rank).Select(i => (JsonNode)(i < keep))]);
            config["rank_pattern"] = masks.DeepClone();
        });
    }

    private static void Edit(string folder, Action<JsonObject> change)
    {
        var path = Path.Combine(folder, "adapter_config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(config);
        File.WriteAllText(path, config.ToJsonString());
    }
}
