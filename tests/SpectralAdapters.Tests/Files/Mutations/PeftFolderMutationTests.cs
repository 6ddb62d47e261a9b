using System.Text;
using System.Text.Json.Nodes;
using SpectralAdapters.Tests.Files.Peft;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Mutations;

/// <summary>Damaged PEFT folders: refused with file and key, or merged as PEFT's formulas say of what they hold.</summary>
public sealed class PeftFolderMutationTests : IDisposable
{
    private const string ConfigName = "adapter_config.json";
    private const string TensorsName = "adapter_model.safetensors";
    private const string Prefix = "base_model.model.";

    private static readonly string[] Sources =
    [
        .. new[] { "lora", "lora_rslora", "lora_rank_pattern", "dora", "adalora", "adalora_pruned", "oft_cayley", "oft_neumann",
            "oft_blocks_shared", "vera" }.Select(TinyLlama.Folder),
        .. new[] { "lora_exclude", "lora_layers_to_transform", "lora_lm_head", "lora_modules_to_save_norm" }
            .Select(name => RepositoryPaths.Fixture("adapters", "peft_options", name)),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_damaged_folder_is_refused_or_gives_the_logits_of_the_formulas() => MutatedInputs.Check("peft-folder", 200, 1, Case);

    [Fact]
    [Trait("Category", "Slow")]
    public void Ten_thousand_damaged_folders_are_refused_or_give_the_logits_of_the_formulas() =>
        MutatedInputs.Check("peft-folder", 10_000, 100_000, Case);

    private MutatedCase Case(Random random)
    {
        var source = Sources[random.Next(Sources.Length)];
        var (config, tensors) = (File.ReadAllBytes(Path.Combine(source, ConfigName)), File.ReadAllBytes(Path.Combine(source, TensorsName)));
        switch (random.Next(4))
        {
            case 0:
                tensors = MutatedHeader(tensors, random);
                break;
            case 1:
                tensors = Mutate.Bytes(tensors, random);
                break;
            default:
                config = Mutate.Json(config, random);
                break;
        }

        File.WriteAllBytes(_folder.File(ConfigName), config);
        File.WriteAllBytes(_folder.File(TensorsName), tensors);
        var description = $"{Path.GetFileName(source)}: {Encoding.UTF8.GetString(config)}";
        return new MutatedCase(description, [ConfigName, TensorsName], () => Reads(config, tensors));
    }

    private static byte[] MutatedHeader(byte[] file, Random random)
    {
        var length = 8 + (int)BitConverter.ToInt64(file);
        var json = Mutate.Json(file.AsSpan(8, length - 8), random);
        return [.. BitConverter.GetBytes((long)json.Length), .. json, .. file[length..]];
    }

    private bool Reads(byte[] config, byte[] tensors)
    {
        using var scope = NewDisposeScope();
        using var llama = TinyLlama.Load();
        var adapted = AdaptedModel.Load(llama, _folder.Root);
        var (settings, file) = (JsonNode.Parse(config)!.AsObject(), SafetensorsOracle.Read(tensors)!);
        using var untouched = TinyLlama.Load();
        var expected = new Dictionary<string, Tensor>();
        foreach (var (name, parameter) in untouched.named_parameters())
        {
            var layer = name[..name.LastIndexOf('.')];
            Tensor? Get(string tensor) => file.ValuesOrNull($"{Prefix}{layer}.{tensor}");
            var weight = Get("weight") ?? Get("base_layer.weight") ?? parameter.detach().to_type(ScalarType.Float64);
            expected.Add(name, Merged(settings, layer, weight, Get, file));
        }

        return MergedOracle.Agrees(adapted, file, expected, () => llama.call(TinyLlama.InputIds()));
    }

    private static Tensor Merged(JsonObject settings, string layer, Tensor weight, Func<string, Tensor?> get, SafetensorsOracle file)
    {
        if (get("oft_R.weight") is { } triangles)
        {
            return MergedOracle.Rotated(settings, weight, triangles);
        }

        if (get("vera_lambda_d") is { } d)
        {
            var a = file.Values("base_model.vera_A").narrow(1, 0, weight.shape[1]); // [r, n]
            var b = file.Values("base_model.vera_B").narrow(0, 0, weight.shape[0]); // [m, r]
            return weight.add(b.mul(d).mm(a).mul(get("vera_lambda_b")!.unsqueeze(1)));
        }

        if (get("lora_A") is { } first)
        {
            var scale = settings["lora_alpha"]!.GetValue<double>() / (settings["init_r"]!.GetValue<double>() + 1e-5);
            return MergedOracle.LowRank(weight, first, get("lora_B")!, get("lora_E"), null, scale);
        }

        if (get("lora_A.weight") is not { } down)
        {
            return weight;
        }

        var alpha = MergedOracle.ByPattern(settings["alpha_pattern"], layer, settings["lora_alpha"]!.GetValue<double>());
        var rank = (double)down.shape[0];
        var divisor = settings["use_rslora"]?.GetValue<bool>() is true ? Math.Sqrt(rank) : rank;
        return MergedOracle.LowRank(weight, down, get("lora_B.weight")!, null, get("lora_magnitude_vector"), alpha / divisor);
    }
}
