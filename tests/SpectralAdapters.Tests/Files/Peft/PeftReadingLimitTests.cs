using SpectralAdapters.Files;
using SpectralAdapters.Files.Peft;
using SpectralAdapters.Tests.Golden;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Peft;

/// <summary>Trained adapters are read whatever a new one may be: limits of creation are no limits of reading.</summary>
public sealed class PeftReadingLimitTests
{
    private const string Pruned = "model.layers.0.self_attn.q_proj";

    [Fact]
    public void A_layer_that_AdaLoRA_pruned_to_rank_0_computes_the_base()
    {
        using var scope = NewDisposeScope();
        using var folder = DerivedFolder.Of(
            TinyLlama.Folder("adalora"),
            new Dictionary<string, string> { ["rank_pattern"] = $"{{\"{Pruned}.lora_E\": [false, false, false, false, false]}}" },
            tensors =>
            {
                tensors[$"base_model.model.{Pruned}.lora_A"] = zeros(0, 32);
                tensors[$"base_model.model.{Pruned}.lora_B"] = zeros(32, 0);
                tensors[$"base_model.model.{Pruned}.lora_E"] = zeros(0, 1);
            });
        using var llama = TinyLlama.Load();
        var adapted = AdaptedModel.Load(llama, folder.Root);
        var (layer, input) = (adapted.Layers[Pruned], randn(5, 32, generator: new Generator(7))); // [T, n]
        GoldenCheck.Close(nn.functional.linear(input, layer.BaseWeight), layer.call(input), (1e-6, 0), "output of the pruned layer");
        var expected = llama.call(TinyLlama.InputIds()); // [B, T, V]
        expected.sum().backward();
        adapted.Merge();
        GoldenCheck.Close(expected, llama.call(TinyLlama.InputIds()), (1e-4, 0), "merged");
        adapted.Unmerge();
        using var written = new TemporaryFolder();
        PeftFiles.Save(adapted, written.Root);
        PeftComparison.SameTensors(folder.Root, written.Root);
        RequireRead(written.Root, expected);
        adapted.Save(written.Root);
        RequireRead(written.Root, expected);
    }

    [Theory]
    [InlineData("lora")]
    [InlineData("dora")]
    [InlineData("adalora")]
    public void A_rank_above_the_smaller_side_is_read(string method)
    {
        using var scope = NewDisposeScope();
        var rank = method == "adalora" ? "init_r" : "r";
        using var folder = DerivedFolder.Of(
            TinyLlama.Folder(method),
            new Dictionary<string, string> { [rank] = "40", ["target_modules"] = "[\"k_proj\"]" },
            tensors =>
            {
                foreach (var name in tensors.Keys.ToList())
                {
                    if (!name.Contains("k_proj", StringComparison.Ordinal))
                    {
                        tensors.Remove(name);
                    }
                    else if (name.Contains("lora_A", StringComparison.Ordinal) || name.Contains("lora_E", StringComparison.Ordinal))
                    {
                        tensors[name] = randn([40, tensors[name].shape[1]], generator: new Generator(3)).mul(0.1);
                    }
                    else if (name.Contains("lora_B", StringComparison.Ordinal))
                    {
                        tensors[name] = randn([tensors[name].shape[0], 40], generator: new Generator(4)).mul(0.1);
                    }
                }
            });
        using var llama = TinyLlama.Load();
        var adapted = AdaptedModel.Load(llama, folder.Root);
        Assert.Equal(40, ((LowRankConfig)adapted.Config).Rank);
        var expected = llama.call(TinyLlama.InputIds()); // [B, T, V]
        using var written = new TemporaryFolder();
        PeftFiles.Save(adapted, written.Root);
        PeftComparison.SameTensors(folder.Root, written.Root);
        RequireRead(written.Root, expected);
        adapted.Save(written.Root);
        RequireRead(written.Root, expected);
    }

    [Fact]
    public void Our_own_export_is_read_where_twice_the_rank_is_above_the_smaller_side()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var llama = TinyLlama.Load();
        var config = new SpectralAConfig { TargetModules = TargetModules.Named("k_proj"), Columns = ColumnSelection.Top(10) };
        var adapted = TinyLlama.Randomised(llama, config);
        var expected = llama.call(TinyLlama.InputIds()); // [B, T, V]
        PeftFiles.ExportLora(adapted, folder.Root);
        using var again = TinyLlama.Load();
        var loaded = AdaptedModel.Load(again, folder.Root);
        Assert.Equal(20, ((LoraConfig)loaded.Config).Rank);
        GoldenCheck.Close(expected, again.call(TinyLlama.InputIds()), (2e-5, 1e-5), "exported");
    }

    [Fact]
    public void A_combination_may_have_more_ranks_than_the_smaller_side()
    {
        using var scope = NewDisposeScope();
        using var llama = TinyLlama.Load();
        var adapted = TinyLlama.Randomised(llama, new LoraConfig { TargetModules = TargetModules.Named("k_proj"), Rank = 12 });
        var expected = llama.call(TinyLlama.InputIds()); // [B, T, V]
        adapted.Combine("sum", (AdaptedModel.DefaultName, 0.5), (AdaptedModel.DefaultName, 0.5));
        adapted.Activate("sum");
        GoldenCheck.Close(expected, llama.call(TinyLlama.InputIds()), (2e-5, 1e-5), "two halves");
    }

    [Fact]
    public void A_block_larger_than_the_inputs_is_cut_to_them_as_in_PEFT()
    {
        using var scope = NewDisposeScope();
        using var folder = DerivedFolder.Of(
            TinyLlama.Folder("oft_cayley"),
            new Dictionary<string, string> { ["oft_block_size"] = "48", ["target_modules"] = "[\"k_proj\"]" },
            tensors =>
            {
                foreach (var name in tensors.Keys.ToList())
                {
                    tensors.Remove(name);
                }

                tensors["base_model.model.model.layers.0.self_attn.k_proj.oft_R.weight"] = zeros(1, 32 * 31 / 2);
                tensors["base_model.model.model.layers.1.self_attn.k_proj.oft_R.weight"] = zeros(1, 32 * 31 / 2);
            });
        using var llama = TinyLlama.Load();
        using var bare = TinyLlama.Load();
        AdaptedModel.Load(llama, folder.Root);
        GoldenCheck.Close(bare.call(TinyLlama.InputIds()), llama.call(TinyLlama.InputIds()), (1e-5, 0), "no rotation");
    }

    [Theory]
    [InlineData("lora", "r", "1000000000000")]
    [InlineData("lora", "r", "2000000000")]
    [InlineData("dora", "r", "2000000000")]
    [InlineData("adalora", "init_r", "2000000000")]
    [InlineData("vera", "r", "2000000000")]
    [InlineData("vera_no_projection", "r", "2000000000")]
    public void A_rank_that_the_file_does_not_hold_is_refused_before_memory_is_taken(string method, string key, string rank)
    {
        using var scope = NewDisposeScope();
        using var folder = DerivedFolder.Of(TinyLlama.Folder(method), new Dictionary<string, string> { [key] = rank });
        using var llama = TinyLlama.Load();
        var error = Assert.Throws<InvalidDataException>(() => AdaptedModel.Load(llama, folder.Root));
        Assert.Contains(rank, error.Message);
        Assert.Contains(folder.Root, error.Message);
    }

    private static void RequireRead(string folder, Tensor expected)
    {
        using var again = TinyLlama.Load();
        AdaptedModel.Load(again, folder);
        GoldenCheck.Same(expected, again.call(TinyLlama.InputIds()), "read back");
    }
}
