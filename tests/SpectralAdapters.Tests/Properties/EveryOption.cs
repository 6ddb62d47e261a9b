using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Properties;

/// <summary>Configs in which every option of every method is off its default, for layers [24, 16] and [16, 24] of SmallModel.</summary>
internal static class EveryOption
{
    private static readonly TargetModules ByName = TargetModules.Named("up_proj", "down_proj");
    private static readonly TargetModules ByPattern = TargetModules.Matching(@"(first|second)\.(up|down)_proj");
    private static readonly Dictionary<string, long> Ranks = new() { ["up_proj"] = 2, [@"second\.down_proj"] = 5 };
    private static readonly Dictionary<string, double> Alphas = new() { ["down_proj"] = 0.1 };

    /// <summary>The configs of a method.</summary>
    public static IReadOnlyList<AdapterConfig> Of(string method) => method switch
    {
        "full" => [new FullConfig()],
        "head-only" => [new HeadOnlyConfig { ModulesToSave = ["classifier", "norm"] }],
        "lora" =>
        [
            .. LowRank(new LoraConfig()),
            new LoraConfig { TargetModules = ByName, Scaling = LoraScaling.AlphaOverSqrtRank },
            new LoraConfig { TargetModules = ByName, Scaling = LoraScaling.Alpha, Rank = 3, Bias = true },
        ],
        "dora" =>
        [
            .. LowRank(new DoraConfig()),
            new DoraConfig { TargetModules = ByName, Scaling = LoraScaling.AlphaOverSqrtRank },
            new DoraConfig { TargetModules = ByName, Scaling = LoraScaling.Alpha, Rank = 3 },
        ],
        "adalora" =>
        [
            .. LowRank(new AdaLoraConfig()),
            new AdaLoraConfig { TargetModules = ByName, OrthogonalRegularization = 0, ScaleRank = 12 },
            new AdaLoraConfig
            {
                TargetModules = ByName,
                Allocation = new RankAllocation
                {
                    TargetRank = 2, TotalSteps = 100, InitialSteps = 7, FinalSteps = 9, Interval = 3, Beta1 = 0.7, Beta2 = 0.6,
                },
            },
        ],
        "oft" =>
        [
            .. Shared(new OftConfig { BlockSize = 8 }),
            new OftConfig { TargetModules = ByName, BlockSize = null, Blocks = 4 },
            new OftConfig { TargetModules = ByName, BlockSize = 7, Adjust = true, ShareBlocks = true },
            new OftConfig { TargetModules = ByName, BlockSize = 4, Epsilon = 0.05 },
            new OftConfig { TargetModules = ByName, BlockSize = 4, NeumannTerms = 5 },
            new OftConfig { TargetModules = ByName, BlockSize = 4, NeumannTerms = 1 },
            new OftConfig { TargetModules = ByName, BlockSize = 100, Adjust = true, NeumannTerms = 3 },
            new OftConfig
            {
                TargetModules = ByName, BlockSize = null, Blocks = 4, Convention = OftConvention.OutputSide, ShareBlocks = true,
            },
            new OftConfig { TargetModules = ByName, BlockSize = null, Blocks = 2, Convention = OftConvention.InputSide },
        ],
        "vera" =>
        [
            .. Shared(new VeraConfig { Rank = 5, ProjectionSeed = ulong.MaxValue }),
            new VeraConfig { TargetModules = ByName, Rank = 5, SaveProjections = false, InitialD = 0.3 },
            new VeraConfig { TargetModules = ByName, Rank = 5, SharedProjections = false },
        ],
        "lidb" => Shared(new LidbConfig { Rank = 2, DownSize = 9, UpSize = 7 }),
        "svdiff" => Shared(new SvdiffConfig()),
        "orthogonal-adaptation" => Shared(new OrthogonalAdaptationConfig { Rank = 4, Concept = 2, BasisSeed = ulong.MaxValue }),
        "spectral-a" =>
        [
            .. Shared(new SpectralAConfig { Columns = ColumnSelection.Bottom(3), TrainSingularValues = true }),
            new SpectralAConfig { TargetModules = ByName, Columns = ColumnSelection.Skip(2, 3), Form = SpectralForm.Residual },
            new SpectralAConfig { TargetModules = ByName, Form = SpectralForm.Residual, ResidualType = ScalarType.BFloat16 },
        ],
        "spectral-r" =>
        [
            .. Shared(new SpectralRConfig { Columns = ColumnSelection.List(0, 3, 5) }),
            new SpectralRConfig { TargetModules = ByName, Columns = ColumnSelection.Block(1, 3), Scale = SingularScale.Multiplicative },
            new SpectralRConfig { TargetModules = ByName, Scale = SingularScale.Fixed },
        ],
        _ => throw new ArgumentException($"There is no case of '{method}' with every option."),
    };

    private static List<AdapterConfig> Shared(AdapterConfig config) =>
    [
        config with { TargetModules = ByPattern, ModulesToSave = ["classifier", "norm"], ParameterType = ScalarType.Float64 },
        config with { TargetModules = ByName, ParameterType = ScalarType.BFloat16, ExcludeModules = TargetModules.Named("first.up_proj") },
        config with
        {
            // Named in full, the layers of the second block are adapted although no index fits.
            TargetModules = TargetModules.Named("up_proj", "second.up_proj", "second.down_proj"),
            LayersToTransform = new LayerIndices([0], ["first"]),
        },
    ];

    private static List<AdapterConfig> LowRank(LowRankConfig config) =>
        Shared(config with { Rank = 4, Alpha = 1.0 / 3, Dropout = 0.1, RankPattern = Ranks, AlphaPattern = Alphas });
}
