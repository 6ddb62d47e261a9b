using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace SpectralAdapters.Files.Peft;

/// <summary>
/// AdaLoRA (PEFT, tuners/adalora/config.py): lora_A [r, n], lora_E [r, 1], lora_B [m, r]. A trained file may hold only the kept
/// triplets, with the masks in rank_pattern; the scale stays that of the initial rank.
/// </summary>
internal sealed class PeftAdaLoraFormat : WritablePeftFormat
{
    private const string MaskSuffix = ".lora_E";

    public override string PeftType => "ADALORA";

    public override bool Fits(AdapterConfig config) => config is AdaLoraConfig;

    public override AdapterConfig Read(PeftConfig file)
    {
        PeftLoraFormat.ReadInitialization(file);
        file.Off(PeftLoraFormat.UnsupportedKeys);
        file.Off("alpha_pattern", "lora_bias", "use_dora", "use_rslora");
        file.Ignore(PeftLoraFormat.InertKeys);
        file.Ignore("r");
        var rank = file.Value<long>("init_r");
        var masks = file.Value("rank_pattern", new Dictionary<string, bool[]>());
        return new AdaLoraConfig
        {
            Rank = rank,
            ScaleRank = masks.Count > 0 ? rank : null,
            RankPattern = masks.ToDictionary(
                pair => LowRankConfig.KeyOf(LayerOf(file, pair.Key), masks.Keys.Select(key => LayerOf(file, key))),
                pair => pair.Value.LongCount(kept => kept)),
            Alpha = file.Value<double>("lora_alpha"),
            Dropout = file.Value("lora_dropout", 0.0),
            OrthogonalRegularization = file.Value("orth_reg_weight", 0.5),
            Allocation = Allocation(file, rank),
        };
    }

    public override JsonObject Write(AdapterConfig config, IReadOnlyCollection<string> layers)
    {
        var adaLora = (AdaLoraConfig)config;

        // PEFT wants a schedule even where nothing is to be cut.
        var allocation = adaLora.Allocation ?? new RankAllocation { TargetRank = adaLora.Rank, TotalSteps = 1 };
        return new JsonObject
        {
            ["beta1"] = allocation.Beta1,
            ["beta2"] = allocation.Beta2,
            ["deltaT"] = allocation.Interval,
            ["init_lora_weights"] = true,
            ["init_r"] = adaLora.ScaleRank ?? adaLora.Rank,
            ["lora_alpha"] = adaLora.Alpha,
            ["lora_dropout"] = adaLora.Dropout,
            ["orth_reg_weight"] = adaLora.OrthogonalRegularization,
            ["rank_pattern"] = Masks(adaLora, layers),
            ["target_r"] = allocation.TargetRank,
            ["tfinal"] = allocation.FinalSteps,
            ["tinit"] = allocation.InitialSteps,
            ["total_step"] = allocation.TotalSteps,
        };
    }

    public override (string Tensor, long Rank)? Ranked(AdapterConfig config) => ("lora_A", ((LowRankConfig)config).Rank);

    protected override (string Name, Tensor Tensor) InPeft(string name, Tensor parameter) => (name, parameter);

    // Which triplets were kept is not in the tensors any more; PEFT reads the masks for their number only.
    private static JsonObject? Masks(AdaLoraConfig config, IReadOnlyCollection<string> layers)
    {
        if (config.ScaleRank is not { } initialRank)
        {
            return null;
        }

        return new JsonObject(layers.Select(layer =>
        {
            var rank = ((AdaLoraConfig)config.ForLayer(layer)).Rank;
            var mask = Enumerable.Range(0, (int)initialRank).Select(i => (JsonNode?)(i < rank));
            return KeyValuePair.Create(layer + MaskSuffix, (JsonNode?)new JsonArray([.. mask]));
        }));
    }

    private static string LayerOf(PeftConfig file, string key) =>
        key.EndsWith(MaskSuffix, StringComparison.Ordinal)
            ? key[..^MaskSuffix.Length]
            : throw file.Refused("rank_pattern", $"names that end in {MaskSuffix}");

    private static RankAllocation? Allocation(PeftConfig file, long rank)
    {
        var target = file.Value("target_r", 8L);
        var (initial, final) = (file.Value("tinit", 0L), file.Value("tfinal", 0L));
        var (interval, beta1, beta2) = (file.Value("deltaT", 1L), file.Value("beta1", 0.85), file.Value("beta2", 0.85));
        var total = file.Value("total_step", 0L);
        return total == 0 || target >= rank
            ? null
            : new RankAllocation
            {
                TargetRank = target,
                TotalSteps = total,
                InitialSteps = initial,
                FinalSteps = final,
                Interval = interval,
                Beta1 = beta1,
                Beta2 = beta2,
            };
    }
}
