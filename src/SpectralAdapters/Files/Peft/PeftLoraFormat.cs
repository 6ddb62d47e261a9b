using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace SpectralAdapters.Files.Peft;

/// <summary>
/// LoRA and DoRA (PEFT, tuners/lora/config.py): lora_A.weight [r, n], lora_B.weight [m, r] and, for DoRA, lora_magnitude_vector [m].
/// </summary>
internal sealed class PeftLoraFormat : WritablePeftFormat
{
    /// <summary>Unsupported features of PEFT's LoRA that change the result.</summary>
    public static IReadOnlyList<string> UnsupportedKeys { get; } =
    [
        "alora_invocation_tokens", "arrow_config", "corda_config", "ensure_weight_tying", "eva_config", "layer_replication",
        "loftq_config", "lora_ga_config", "megatron_config", "monteclora_config", "target_parameters",
        "trainable_token_indices", "use_bdlora", "use_qalora", "velora_config",
    ];

    /// <summary>Keys that only concern features that are off, or the values before training.</summary>
    public static IReadOnlyList<string> InertKeys { get; } = ["megatron_core", "qalora_group_size"];

    public override string PeftType => "LORA";

    public override bool Fits(AdapterConfig config) => config is LoraConfig or DoraConfig;

    public override AdapterConfig Read(PeftConfig file)
    {
        ReadInitialization(file);
        file.Off(UnsupportedKeys);
        file.Off("spectral_top", "spectral_twenty", "spectral_bottom");
        file.Ignore(InertKeys);
        var scaling = file.Value("use_rslora", false) ? LoraScaling.AlphaOverSqrtRank : LoraScaling.AlphaOverRank;
        var bias = file.Value("lora_bias", false);
        if (!file.Value("use_dora", false))
        {
            return LowRank(file, new LoraConfig { Scaling = scaling, Bias = bias });
        }

        return bias
            ? throw file.Refused("lora_bias", "false together with use_dora")
            : LowRank(file, new DoraConfig { Scaling = scaling });
    }

    public override (string Tensor, long Rank)? Ranked(AdapterConfig config) => ("lora_A.weight", ((LowRankConfig)config).Rank);

    public override JsonObject Write(AdapterConfig config, IReadOnlyCollection<string> layers)
    {
        var lowRank = (LowRankConfig)config;
        var alphas = PeftAlphas(lowRank, layers);
        return new JsonObject
        {
            ["alpha_pattern"] = new JsonObject(alphas.Pattern.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["init_lora_weights"] = true,
            ["lora_alpha"] = alphas.Alpha,
            ["lora_bias"] = config is LoraConfig { Bias: true },
            ["lora_dropout"] = lowRank.Dropout,
            ["r"] = lowRank.Rank,
            ["rank_pattern"] = new JsonObject(lowRank.RankPattern.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["use_dora"] = config is DoraConfig,
            ["use_rslora"] = ScalingOf(lowRank) == LoraScaling.AlphaOverSqrtRank,
        };
    }

    /// <summary>
    /// Refuses initializations that subtract from the base weights: the adapter was then not trained on the base that is on
    /// disk.
    /// </summary>
    public static void ReadInitialization(PeftConfig file)
    {
        const string Key = "init_lora_weights";
        file.Ignore(Key);
        if (file.Has(Key) && file.Text(Key) is not ("true" or "false" or "null" or "\"gaussian\"" or "\"orthogonal\""))
        {
            throw file.Refused(Key, "true, false, \"gaussian\" or \"orthogonal\": others change the base weights");
        }
    }

    protected override (string Name, Tensor Tensor) InPeft(string name, Tensor parameter) =>
        (name switch
        {
            "magnitude" => "lora_magnitude_vector",
            "lora_B_bias" => "lora_B.bias",
            _ => $"{name}.weight",
        }, parameter);

    private static LoraScaling ScalingOf(LowRankConfig config) => config switch
    {
        LoraConfig lora => lora.Scaling,
        DoraConfig dora => dora.Scaling,
        _ => LoraScaling.AlphaOverRank,
    };

    private static LowRankConfig LowRank(PeftConfig file, LowRankConfig config) => config with
    {
        Rank = file.Value<long>("r"),
        Alpha = file.Value<double>("lora_alpha"),
        Dropout = file.Value("lora_dropout", 0.0),
        RankPattern = file.Value("rank_pattern", new Dictionary<string, long>()),
        AlphaPattern = file.Value("alpha_pattern", new Dictionary<string, double>()),
    };

    // PEFT always divides alpha by the rank, so that a scale of alpha alone is written as alpha times rank, layer by layer.
    private static (double Alpha, IReadOnlyDictionary<string, double> Pattern) PeftAlphas(
        LowRankConfig config, IReadOnlyCollection<string> layers)
    {
        if (ScalingOf(config) != LoraScaling.Alpha)
        {
            return (config.Alpha, config.AlphaPattern);
        }

        var alpha = config.Alpha * config.Rank;
        var others = from layer in layers
                     let own = (LowRankConfig)config.ForLayer(layer)
                     where own.Alpha * own.Rank != alpha
                     select KeyValuePair.Create(LowRankConfig.KeyOf(layer, layers), own.Alpha * own.Rank);
        return (alpha, others.ToDictionary());
    }
}
