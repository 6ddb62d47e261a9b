using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Properties;

/// <summary>Every registered method in settings that fit small layers; a method without a case here fails the matrix.</summary>
internal static class MethodCases
{
    /// <summary>The configs of a method for a layer of at least 12 x 12 whose sides are multiples of 4.</summary>
    public static IReadOnlyList<AdapterConfig> Of(string method, long rank) => method switch
    {
        "lora" =>
        [
            new LoraConfig { Rank = rank, Alpha = 3 },
            new LoraConfig { Rank = rank, Alpha = 3, Scaling = LoraScaling.AlphaOverSqrtRank },
            new LoraConfig { Rank = rank, Alpha = 0.7, Scaling = LoraScaling.Alpha },
        ],
        "dora" => [new DoraConfig { Rank = rank, Alpha = 3 }],
        "adalora" => [new AdaLoraConfig { Rank = rank, Alpha = 3 }],
        "oft" =>
        [
            new OftConfig { BlockSize = 4 },
            new OftConfig { BlockSize = 4, ShareBlocks = true, NeumannTerms = 4 },
            new OftConfig { BlockSize = 4, Epsilon = 0.05 },
            new OftConfig { Convention = OftConvention.OutputSide, BlockSize = null, Blocks = 3 },
            new OftConfig { Convention = OftConvention.OutputSide, BlockSize = null, Blocks = 4, ShareBlocks = true },
            new OftConfig { Convention = OftConvention.InputSide, BlockSize = null, Blocks = 4 },
            new OftConfig { Convention = OftConvention.InputSide, BlockSize = null, Blocks = 4, ShareBlocks = true },
        ],
        "vera" => [new VeraConfig { Rank = rank }, new VeraConfig { Rank = rank, SharedProjections = false }],
        "lidb" => [new LidbConfig { Rank = Math.Min(rank, 5), DownSize = 7, UpSize = 5 }],
        "svdiff" => [new SvdiffConfig()],
        "orthogonal-adaptation" => [new OrthogonalAdaptationConfig { Rank = Math.Min(rank, 4), Concept = 2 }],
        "spectral-a" =>
        [
            new SpectralAConfig { Columns = ColumnSelection.Top(rank) },
            new SpectralAConfig { Columns = ColumnSelection.Bottom(rank), Form = SpectralForm.Residual },
            new SpectralAConfig { Columns = ColumnSelection.Block(1, rank), TrainSingularValues = true },
            new SpectralAConfig { Columns = ColumnSelection.Skip(2, rank), TrainSingularValues = true, Form = SpectralForm.Residual },
        ],
        "spectral-r" =>
        [
            new SpectralRConfig { Columns = ColumnSelection.Top(rank) },
            new SpectralRConfig { Columns = ColumnSelection.Skip(1, rank), Scale = SingularScale.Multiplicative },
            new SpectralRConfig { Columns = ColumnSelection.List(0, 3, 5), Scale = SingularScale.Fixed },
        ],
        _ => throw new ArgumentException($"The method matrix has no case of '{method}'."),
    };

    /// <summary>Whether the adapter starts at the base output, bit for bit.</summary>
    public static bool StartsExact(AdapterConfig config) => config switch
    {
        AdaLoraConfig or SvdiffConfig or DoraConfig => false,
        SpectralAConfig spectral => spectral.Form == SpectralForm.Delta,
        OftConfig oft => oft.Convention != OftConvention.OutputSide,
        _ => true,
    };

    /// <summary>Moves every trainable parameter off its initial value, in proportion to the method's own scale.</summary>
    public static void Perturb(Adapter adapter, Generator generator)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var parameter in adapter.parameters())
        {
            parameter.add_(randn(parameter.shape, dtype: parameter.dtype, generator: generator).mul(0.1));
        }
    }
}
