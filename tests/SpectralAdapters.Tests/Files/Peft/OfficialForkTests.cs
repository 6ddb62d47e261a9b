using SpectralAdapters.Factors;
using SpectralAdapters.Files;
using SpectralAdapters.Tests.Golden;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Peft;

/// <summary>A checkpoint as the authors' scripts write it: A and B in bfloat16, without the singular factors.</summary>
public sealed class OfficialForkTests
{
    private static readonly string Folder = TinyLlama.Folder("spectral_official_fork");
    private static readonly string Expected = Path.Combine(Folder, "expected.safetensors");

    [Fact]
    public void With_its_factors_it_computes_what_the_fork_did_up_to_half_precision()
    {
        using var scope = NewDisposeScope();
        using var llama = TinyLlama.Load();
        using var factors = GivenFactorFile.Open(Expected, "factors.");
        var adapted = AdaptedModel.Load(llama, Folder, factors: factors);
        var config = Assert.IsType<SpectralAConfig>(adapted.Config);
        Assert.Equal((ColumnSelection.Top(4), false), (config.Columns, config.TrainSingularValues));
        llama.eval();
        using var expected = SafetensorsFile.Open(Expected);
        var logits = llama.call(TinyLlama.InputIds()); // [B, T, V]
        GoldenCheck.Close(expected.Read("logits_bf16"), logits, (3e-2, 0), "logits_bf16");
        GoldenCheck.Close(expected.Read("merged_logits"), logits, (3e-2, 0), "merged_logits");
        adapted.Merge();
        var compared = 0;
        foreach (var name in expected.Names.Where(name => name.StartsWith("merged_fp16.", StringComparison.Ordinal)))
        {
            var layer = name["merged_fp16.".Length..].Replace(".weight", "", StringComparison.Ordinal);
            GoldenCheck.Close(expected.Read(name), adapted.Layers[layer].Weight, (2e-3, 0), name);
            compared++;
        }

        Assert.Equal(2, compared);
    }

    [Fact]
    public void Without_factors_it_is_refused_and_the_model_stays_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var llama = TinyLlama.Load();
        var before = llama.call(TinyLlama.InputIds()); // [B, T, V]
        var error = Assert.Throws<InvalidDataException>(() => AdaptedModel.Load(llama, Folder));
        Assert.Contains("adapter_config.json: a checkpoint of the official spectral fork holds A and B only", error.Message);
        GoldenCheck.Same(before, llama.call(TinyLlama.InputIds()), "logits");
        Assert.All(llama.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    [Theory]
    [InlineData("bottom", "bottom:4")]
    [InlineData("twenty", "skip:20:4")]
    public void The_flags_choose_the_columns(string flag, string columns)
    {
        using var scope = NewDisposeScope();
        using var folder = Copy(text => text.Replace("\"spectral_top\": true", "\"spectral_top\": false", StringComparison.Ordinal)
            .Replace($"\"spectral_{flag}\": false", $"\"spectral_{flag}\": true", StringComparison.Ordinal));
        using var llama = TinyLlama.Load();
        // The narrow layers have 16 triplets only, so that a block from 20 on does not exist.
        if (flag == "twenty")
        {
            var error = Assert.Throws<InvalidDataException>(() => AdaptedModel.Load(llama, folder.Root, factors: new ExactFactorSource()));
            Assert.Contains("Columns skip:20:4 do not exist: the weight has 16", error.Message);
            return;
        }

        var adapted = AdaptedModel.Load(llama, folder.Root, factors: new ExactFactorSource());
        Assert.Equal(columns, ((SpectralAConfig)adapted.Config).Columns.ToString());
    }

    [Fact]
    public void Two_flags_contradict_each_other()
    {
        using var scope = NewDisposeScope();
        using var folder = Copy(text => text.Replace("\"spectral_bottom\": false", "\"spectral_bottom\": true", StringComparison.Ordinal));
        using var llama = TinyLlama.Load();
        var error = Assert.Throws<InvalidDataException>(() => AdaptedModel.Load(llama, folder.Root, factors: new ExactFactorSource()));
        Assert.Contains("'spectral_bottom': found true, expected false together with spectral_top", error.Message);
    }

    [Fact]
    public void Factors_of_another_weight_are_refused()
    {
        using var scope = NewDisposeScope();
        using var llama = TinyLlama.Load();
        using (no_grad())
        {
            llama.named_parameters().Single(pair => pair.name == "model.layers.1.mlp.up_proj.weight").parameter.mul_(1.1);
        }

        using var factors = GivenFactorFile.Open(Expected, "factors.");
        var error = Assert.Throws<InvalidDataException>(() => AdaptedModel.Load(llama, Folder, factors: factors));
        Assert.Contains("the factors of model.layers.1.mlp.up_proj are not those of its weight", error.Message);
        using var other = GivenFactorFile.Open(Expected);
        Assert.Contains("tensor 'model.layers.0.self_attn.q_proj.U' is missing", Assert.Throws<InvalidDataException>(
            () => AdaptedModel.Load(llama, Folder, factors: other)).Message);
    }

    private static TemporaryFolder Copy(Func<string, string> change)
    {
        var folder = new TemporaryFolder();
        File.Copy(Path.Combine(Folder, "adapter_model.safetensors"), folder.File("adapter_model.safetensors"));
        File.WriteAllText(folder.File("adapter_config.json"), change(File.ReadAllText(Path.Combine(Folder, "adapter_config.json"))));
        return folder;
    }
}
