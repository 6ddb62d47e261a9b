using System.Text.Json.Nodes;
using SpectralAdapters.Files;
using SpectralAdapters.Files.Peft;
using SpectralAdapters.Tests.Golden;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Peft;

/// <summary>Adapters that PEFT does not know, written as plain LoRA files.</summary>
public sealed class LoraExportTests
{
    // The same layers as in the fixtures' adapters.
    private static readonly TargetModules Targets =
        TargetModules.Named("down_proj", "gate_proj", "k_proj", "q_proj", "up_proj", "v_proj");

    public static TheoryData<string, AdapterConfig, long> Configs => new()
    {
        { "spectral A of the language models", SpectralA(ColumnSelection.Top(2)), 4 },
        { "spectral A of the diffusion models", SpectralA(ColumnSelection.Block(1, 2)) with { TrainSingularValues = true }, 4 },
        { "spectral A in the residual form", SpectralA(ColumnSelection.Bottom(2)) with { Form = SpectralForm.Residual }, 4 },
        { "spectral R", new SpectralRConfig { TargetModules = Targets, Columns = ColumnSelection.Top(4) }, 4 },
        { "LiDB", new LidbConfig { TargetModules = Targets, Rank = 4, DownSize = 10, UpSize = 8 }, 4 },
        { "LoRA with its scale", new LoraConfig { TargetModules = Targets, Rank = 4, Alpha = 6 }, 4 },
    };

    [Theory]
    [MemberData(nameof(Configs))]
    public void An_exported_adapter_is_a_plain_lora_file_with_the_same_outputs(string what, AdapterConfig config, long rank)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var llama = TinyLlama.Load();
        var adapted = Randomised(llama, config);
        PeftFiles.ExportLora(adapted, folder.Root, new PeftFileOptions { TaskType = "CAUSAL_LM", BaseModel = "../base" });
        RequireNamesAndShapesOf(TinyLlama.Folder("lora"), folder.Root, what);
        RequirePeftsFormula(adapted, folder.Root);

        using var reader = TinyLlama.Load();
        var lora = AdaptedModel.Load(reader, folder.Root);
        var read = Assert.IsType<LoraConfig>(lora.Config);
        Assert.Equal((rank, 1.0), (read.Rank, read.Scale));
        Assert.Equal(Targets, read.TargetModules);
        llama.eval();
        reader.eval();
        GoldenCheck.Close(llama.call(TinyLlama.InputIds()), reader.call(TinyLlama.InputIds()), (2e-5, 1e-5), what);
    }

    [Fact]
    public void Layers_of_different_rank_keep_theirs()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var llama = TinyLlama.Load();
        var config = new LoraConfig
        {
            TargetModules = TargetModules.Matching(@".*\.(q|v)_proj"),
            Rank = 4,
            Alpha = 3,
            Scaling = LoraScaling.Alpha,
            RankPattern = new Dictionary<string, long> { ["layers.1.self_attn.q_proj"] = 2 },
            AlphaPattern = new Dictionary<string, double> { ["v_proj"] = 0.5 },
        };
        var adapted = Randomised(llama, config);
        llama.eval();
        var expected = llama.call(TinyLlama.InputIds()); // [B, T, V]
        foreach (var write in new Action<AdaptedModel, string, PeftFileOptions?>[] { PeftFiles.Save, PeftFiles.ExportLora })
        {
            write(adapted, folder.Root, null);
            using var reader = TinyLlama.Load();
            var lora = AdaptedModel.Load(reader, folder.Root);
            Assert.Equal(@".*\.(q|v)_proj", lora.Config.TargetModules!.Pattern);
            reader.eval();
            GoldenCheck.Close(expected, reader.call(TinyLlama.InputIds()), (2e-5, 1e-5), "logits");
        }
    }

    [Fact]
    public void A_change_without_exact_low_rank_is_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var llama = TinyLlama.Load();
        var adapted = AdaptedModel.Load(llama, TinyLlama.Folder("dora"));
        var error = Assert.Throws<ArgumentException>(() => PeftFiles.ExportLora(adapted, folder.Root));
        Assert.Contains("the change of a dora adapter has no exact low rank", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public void A_method_that_peft_lacks_is_refused_by_name()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var llama = TinyLlama.Load();
        var adapted = Randomised(llama, SpectralA(ColumnSelection.Top(2)));
        var error = Assert.Throws<ArgumentException>(() => PeftFiles.Save(adapted, folder.Root));
        Assert.Contains("PEFT has no adapter like", error.Message);
        Assert.Contains("spectral-a", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public void A_task_that_peft_does_not_know_is_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var llama = TinyLlama.Load();
        var adapted = AdaptedModel.Load(llama, TinyLlama.Folder("lora"));
        var error = Assert.Throws<ArgumentException>(() => PeftFiles.Save(adapted, folder.Root, new PeftFileOptions { TaskType = "CHAT" }));
        Assert.Contains("no task type 'CHAT'; it knows SEQ_CLS", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
    }

    private static SpectralAConfig SpectralA(ColumnSelection columns) => new() { TargetModules = Targets, Columns = columns };

    private static void RequireNamesAndShapesOf(string peftFolder, string folder, string what)
    {
        using var expected = SafetensorsFile.Open(Path.Combine(peftFolder, "adapter_model.safetensors"));
        using var found = SafetensorsFile.Open(Path.Combine(folder, "adapter_model.safetensors"));
        Assert.Equal(expected.Names, found.Names);
        Assert.All(expected.Names, name => Assert.Equal(expected.Shape(name), found.Shape(name)));
        Assert.All(expected.Names, name => Assert.Equal(expected.Dtype(name), found.Dtype(name)));
        Assert.True(found.Contains("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"), what);
    }

    // What PEFT does with the file, step by step and without our reader: W + lora_alpha / r B A.
    private static void RequirePeftsFormula(AdaptedModel adapted, string folder)
    {
        var settings = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapter_config.json")))!;
        var known = JsonNode.Parse(File.ReadAllText(Path.Combine(TinyLlama.Folder("lora"), "adapter_config.json")))!.AsObject();
        Assert.All(settings.AsObject(), pair => Assert.True(known.ContainsKey(pair.Key), $"PEFT has no key '{pair.Key}'"));
        Assert.Equal("LORA", settings["peft_type"]!.GetValue<string>());
        Assert.Empty(settings["rank_pattern"]!.AsObject());
        Assert.Empty(settings["alpha_pattern"]!.AsObject());
        Assert.False(settings["use_rslora"]!.GetValue<bool>() || settings["use_dora"]!.GetValue<bool>());
        var scale = settings["lora_alpha"]!.GetValue<double>() / settings["r"]!.GetValue<double>();
        using var file = SafetensorsFile.Open(Path.Combine(folder, "adapter_model.safetensors"));
        foreach (var (name, layer) in adapted.Layers)
        {
            var up = file.Read($"base_model.model.{name}.lora_B.weight"); // [m, r]
            var down = file.Read($"base_model.model.{name}.lora_A.weight"); // [r, n]
            var merged = layer.Adapter!.MergedWeight(layer.BaseWeight); // [m, n]
            GoldenCheck.Close(merged, layer.BaseWeight.add(up.mm(down), scale), (5e-6, 0), name);
        }
    }

    private static AdaptedModel Randomised(TinyLlama llama, AdapterConfig config)
    {
        using var noGrad = no_grad();
        var generator = new Generator(5);
        var adapted = AdaptedModel.Attach(llama, config, generator);
        foreach (var parameter in adapted.TrainableParameters())
        {
            parameter.add_(randn(parameter.shape, generator: generator).mul(0.1));
        }

        return adapted;
    }
}
