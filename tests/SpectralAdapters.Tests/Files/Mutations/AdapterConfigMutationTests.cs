using System.Text;
using System.Text.Json.Nodes;
using SpectralAdapters.Tests.Lifecycle;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Mutations;

/// <summary>Damaged folders of our own format: refused with file and setting, or merged as the formulas say of what they hold.</summary>
public sealed class AdapterConfigMutationTests : IDisposable
{
    private const string ConfigName = "adapter_config.json";
    private const string TensorsName = "adapter_model.safetensors";
    private const string Prefix = "base_model.model.";

    private readonly TemporaryFolder _folder = new();
    private readonly List<(byte[] Config, byte[] Tensors)> _sources = [.. Configs.Select(Source)];

    public void Dispose() => _folder.Dispose();

    private static IReadOnlyList<AdapterConfig> Configs =>
    [
        new LoraConfig { TargetModules = Targets, Rank = 2, Alpha = 3, ModulesToSave = ["classifier"] },
        new LoraConfig { TargetModules = Targets, Rank = 2, Scaling = LoraScaling.AlphaOverSqrtRank, Bias = true },
        new LoraConfig
        {
            TargetModules = TargetModules.Matching(@".*\.(up|down)_proj"), ExcludeModules = TargetModules.Named("first.up_proj"), Rank = 3,
            RankPattern = new Dictionary<string, long> { ["up_proj"] = 2 },
            AlphaPattern = new Dictionary<string, double> { ["down_proj"] = 5 },
            Dropout = 0.1,
        },
        new DoraConfig { TargetModules = Targets, Rank = 2, Scaling = LoraScaling.Alpha, Alpha = 0.5 },
        new AdaLoraConfig
        {
            TargetModules = Targets, Rank = 4, ScaleRank = 6, RankPattern = new Dictionary<string, long> { ["up_proj"] = 3 },
            Allocation = new RankAllocation { TargetRank = 2, TotalSteps = 10 },
        },
        new VeraConfig { TargetModules = Targets, Rank = 3 },
        new SpectralAConfig { TargetModules = Targets, Columns = ColumnSelection.Top(2) },
    ];

    private static TargetModules Targets => TargetModules.Named("up_proj", "down_proj");

    [Fact]
    public void A_damaged_folder_is_refused_or_gives_the_outputs_of_the_formulas() => MutatedInputs.Check("adapter-config", 250, 1, Case);

    [Fact]
    [Trait("Category", "Slow")]
    public void Ten_thousand_damaged_folders_are_refused_or_give_the_outputs_of_the_formulas() =>
        MutatedInputs.Check("adapter-config", 10_000, 100_000, Case);

    private static (byte[] Config, byte[] Tensors) Source(AdapterConfig config)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = new SmallModel();
        var adapted = AdaptedModel.Attach(model, config, new Generator(3));
        AdaptedModelTests.Perturb(adapted, new Generator(4));
        adapted.Save(folder.Root);
        return (File.ReadAllBytes(folder.File(ConfigName)), File.ReadAllBytes(folder.File(TensorsName)));
    }

    private MutatedCase Case(Random random)
    {
        var (config, tensors) = _sources[random.Next(_sources.Count)];
        switch (random.Next(5))
        {
            case 0:
                var length = 8 + (int)BitConverter.ToInt64(tensors);
                var json = Mutate.Json(tensors.AsSpan(8, length - 8), random);
                tensors = [.. BitConverter.GetBytes((long)json.Length), .. json, .. tensors[length..]];
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
        return new MutatedCase(Encoding.UTF8.GetString(config), [ConfigName, TensorsName], () => Reads(config, tensors));
    }

    private bool Reads(byte[] config, byte[] tensors)
    {
        using var scope = NewDisposeScope();
        using var model = new SmallModel();
        model.eval();
        var adapted = AdaptedModel.Load(model, _folder.Root);
        var (settings, file) = (JsonNode.Parse(config)!.AsObject(), SafetensorsOracle.Read(tensors)!);
        using var untouched = new SmallModel();
        var expected = untouched.named_parameters().ToDictionary(
            pair => pair.name, pair => pair.parameter.detach().to_type(ScalarType.Float64));
        foreach (var name in expected.Keys.Where(name => file.Tensors.ContainsKey(Prefix + name)))
        {
            expected[name] = file.Values(Prefix + name);
        }

        foreach (var layer in expected.Keys.Where(name => name.EndsWith("_proj.weight", StringComparison.Ordinal))
            .Select(name => name[..^".weight".Length]).ToList())
        {
            Tensor? Get(string tensor) => file.ValuesOrNull($"{Prefix}{layer}.{tensor}");
            expected[$"{layer}.weight"] = Merged(settings, layer, expected[$"{layer}.weight"], Get);
            if (Get("lora_B_bias") is { } bias)
            {
                var change = bias.mul(Scale(settings, layer, Get("lora_A")!.shape[0])); // [m]
                expected[$"{layer}.bias"] = expected.TryGetValue($"{layer}.bias", out var own) ? own.add(change) : change;
            }
        }

        return MergedOracle.Agrees(adapted, file, expected, () => model.call(AdaptedModelTests.Input()));
    }

    private static Tensor Merged(JsonObject settings, string layer, Tensor weight, Func<string, Tensor?> get)
    {
        if (get("lora_A") is { } a)
        {
            return MergedOracle.LowRank(weight, a, get("lora_B")!, get("lora_E"), get("magnitude"), Scale(settings, layer, a.shape[0]));
        }

        if (get("d") is { } d)
        {
            return weight.add(get("B")!.mul(d).mm(get("A")!).mul(get("b")!.unsqueeze(1)));
        }

        if (get("U") is { } u)
        {
            // Spectral A: (U + A) S (V + B)^T in place of U S V^T.
            var (s, v) = (get("S")!, get("V")!);
            return weight.add(u.add(get("A")!).mul(s).mm(v.add(get("B")!).t())).sub(u.mul(s).mm(v.t()));
        }

        return weight;
    }

    private static double Scale(JsonObject settings, string layer, long rank)
    {
        var alpha = MergedOracle.ByPattern(settings["alpha_pattern"], layer, settings["alpha"]?.GetValue<double>() ?? 8);
        return settings["method"]!.GetValue<string>() == "adalora"
            ? alpha / ((settings["scale_rank"]?.GetValue<double>() ?? (settings["rank"]?.GetValue<double>() ?? 8)) + 1e-5)
            : (settings["scaling"]?.GetValue<string>() ?? "alpha_over_rank") switch
            {
                "alpha" => alpha,
                "alpha_over_sqrt_rank" => alpha / Math.Sqrt(rank),
                _ => alpha / rank,
            };
    }
}
