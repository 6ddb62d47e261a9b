using System.Text.Json.Nodes;
using SpectralAdapters.Files;
using SpectralAdapters.Files.Peft;
using SpectralAdapters.Tests.Golden;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Peft;

/// <summary>PEFT 0.20's own files over a tiny Llama: in with PEFT's logits, out with the same bytes.</summary>
public sealed class PeftInterchangeTests
{
    private const double LogitTolerance = 1e-4;

    public static TheoryData<string> Adapters =>
    [
        "lora", "lora_rslora", "lora_rank_pattern", "dora", "adalora", "adalora_pruned", "oft_cayley", "oft_neumann",
        "oft_blocks_shared", "vera", "vera_no_projection",
    ];

    [Fact]
    public void The_base_model_computes_what_transformers_does()
    {
        using var scope = NewDisposeScope();
        using var llama = TinyLlama.Load();
        using var inputs = SafetensorsFile.Open(TinyLlama.Folder("inputs.safetensors"));
        GoldenCheck.Close(inputs.Read("base_logits"), llama.call(TinyLlama.InputIds()), (2e-5, 0), "base logits");
    }

    [Theory]
    [MemberData(nameof(Adapters))]
    public void A_peft_adapter_gives_pefts_logits(string name)
    {
        using var scope = NewDisposeScope();
        using var llama = TinyLlama.Load();
        var adapted = AdaptedModel.Load(llama, TinyLlama.Folder(name));
        llama.eval();
        var input = TinyLlama.InputIds(); // [B, T]
        using var expected = SafetensorsFile.Open(Path.Combine(TinyLlama.Folder(name), "expected.safetensors"));
        GoldenCheck.Close(expected.Read("logits"), llama.call(input), (LogitTolerance, 0), "logits");
        adapted.Merge();
        GoldenCheck.Close(expected.Read("merged_logits"), llama.call(input), (LogitTolerance, 0), "merged logits");
        adapted.Unmerge();
    }

    [Theory]
    [MemberData(nameof(Adapters))]
    public void A_peft_adapter_is_written_back_byte_for_byte(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var llama = TinyLlama.Load();
        var adapted = AdaptedModel.Load(llama, TinyLlama.Folder(name));
        PeftFiles.Save(adapted, folder.Root, new PeftFileOptions { BaseModel = "../base", TaskType = "CAUSAL_LM" });
        PeftComparison.SameTensors(TinyLlama.Folder(name), folder.Root);
        PeftComparison.SameSettings(TinyLlama.Folder(name), folder.Root);

        using var again = TinyLlama.Load();
        AdaptedModel.Load(again, folder.Root);
        again.eval();
        llama.eval();
        GoldenCheck.Same(llama.call(TinyLlama.InputIds()), again.call(TinyLlama.InputIds()), "logits read back");
    }

    [Theory]
    [InlineData("vera")]
    [InlineData("vera_no_projection")]
    public void Projections_drawn_from_the_seed_are_pefts(string name)
    {
        using var scope = NewDisposeScope();
        using var llama = TinyLlama.Load();
        var adapted = AdaptedModel.Load(llama, TinyLlama.Folder(name));
        using var expected = SafetensorsFile.Open(Path.Combine(TinyLlama.Folder("vera_no_projection"), "expected.safetensors"));
        foreach (var layer in adapted.Layers.Values)
        {
            var buffers = layer.Adapter!.named_buffers().ToDictionary(pair => pair.name, pair => pair.buffer);
            GoldenCheck.Same(expected.Read("vera_A").narrow(1, 0, layer.InFeatures), buffers["A"], "A");
            GoldenCheck.Same(expected.Read("vera_B").narrow(0, 0, layer.OutFeatures), buffers["B"], "B");
        }
    }

    [Fact]
    public void Projections_in_the_file_win_over_the_seed()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(TinyLlama.Folder("vera"), "adapter_config.json"), folder.File("adapter_config.json"));
        var tensors = SafetensorsFile.ReadAll(Path.Combine(TinyLlama.Folder("vera"), "adapter_model.safetensors"));
        var (a, b) = (tensors["base_model.vera_A"].mul_(-2), tensors["base_model.vera_B"].mul_(3)); // [r, max n], [max m, r]
        SafetensorsWriter.Write(folder.File("adapter_model.safetensors"), tensors);
        using var llama = TinyLlama.Load();
        var adapted = AdaptedModel.Load(llama, folder.Root);
        foreach (var layer in adapted.Layers.Values)
        {
            var buffers = layer.Adapter!.named_buffers().ToDictionary(pair => pair.name, pair => pair.buffer);
            GoldenCheck.Same(a.narrow(1, 0, layer.InFeatures), buffers["A"], "A");
            GoldenCheck.Same(b.narrow(0, 0, layer.OutFeatures), buffers["B"], "B");
        }
    }

    [Fact]
    public void Adapters_of_both_formats_live_in_one_model()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var llama = TinyLlama.Load();
        var adapted = AdaptedModel.Load(llama, TinyLlama.Folder("lora"), "peft");
        adapted.Save(folder.Root);
        adapted.Add("own", folder.Root);
        adapted.Add("dora", TinyLlama.Folder("dora"));
        llama.eval();
        var peft = llama.call(TinyLlama.InputIds()); // [B, T, V]
        adapted.Activate("own");
        GoldenCheck.Same(peft, llama.call(TinyLlama.InputIds()), "our own file of the same adapter");
        adapted.Activate("dora");
        Assert.NotEqual(0, peft.sub(llama.call(TinyLlama.InputIds())).abs().max().item<float>());
        Assert.Equal(["method", "alpha"], JsonNode.Parse(File.ReadAllText(folder.File("adapter_config.json")))!.AsObject()
            .Select(pair => pair.Key).Where(key => key is "method" or "alpha" or "peft_type"));
    }
}
