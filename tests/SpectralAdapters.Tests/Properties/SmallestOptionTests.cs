using SpectralAdapters.Tests.Golden;
using SpectralAdapters.Tests.Lifecycle;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Properties;

/// <summary>Every numeric option that changes a forward at its smallest legal value: forward, merge, files.</summary>
public sealed class SmallestOptionTests
{
    private static readonly TargetModules Targets = TargetModules.Named("up_proj", "down_proj");

    public static TheoryData<AdapterConfig> Configs =>
    [
        new LoraConfig { TargetModules = Targets, Rank = 1, Alpha = 1e-3 },
        new LoraConfig { TargetModules = Targets, Rank = 1, Scaling = LoraScaling.AlphaOverSqrtRank, Bias = true },
        new DoraConfig { TargetModules = Targets, Rank = 1, Alpha = 1e-3 },
        new AdaLoraConfig { TargetModules = Targets, Rank = 1, ScaleRank = 1, OrthogonalRegularization = 0 },
        new OftConfig { TargetModules = Targets, BlockSize = 1 },
        new OftConfig { TargetModules = Targets, BlockSize = 2, NeumannTerms = 1 },
        new OftConfig { TargetModules = Targets, BlockSize = 2, NeumannTerms = 2 },
        new OftConfig { TargetModules = Targets, BlockSize = null, Blocks = 1, Epsilon = 1e-8 },
        new OftConfig { TargetModules = Targets, BlockSize = null, Blocks = 1, Convention = OftConvention.OutputSide },
        new OftConfig { TargetModules = Targets, BlockSize = null, Blocks = 1, Convention = OftConvention.InputSide },
        new VeraConfig { TargetModules = Targets, Rank = 1, InitialD = 0 },
        new LidbConfig { TargetModules = Targets, Rank = 1, DownSize = 1, UpSize = 1 },
        new OrthogonalAdaptationConfig { TargetModules = Targets, Rank = 1 },
        new SpectralAConfig { TargetModules = Targets, Columns = ColumnSelection.Top(1) },
        new SpectralRConfig { TargetModules = Targets, Columns = ColumnSelection.Top(1) },
    ];

    [Theory]
    [MemberData(nameof(Configs))]
    public void The_merged_model_and_the_one_read_back_compute_the_same(AdapterConfig config)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = new SmallModel();
        using var fresh = new SmallModel();
        var adapted = AdaptedModel.Attach(model, config, new Generator(3));
        AdaptedModelTests.Perturb(adapted, new Generator(4));
        model.eval();
        fresh.eval();
        var output = model.call(AdaptedModelTests.Input());
        output.sum().backward();
        Assert.All(
            adapted.TrainableParameters().Where(parameter => parameter.numel() > 0),
            parameter => Assert.True(parameter.grad!.isfinite().all().item<bool>()));
        adapted.Merge();
        GoldenCheck.Close(output, model.call(AdaptedModelTests.Input()), (1e-5, 1e-5), "merged");
        adapted.Unmerge();
        adapted.Save(folder.Root);
        AdaptedModel.Load(fresh, folder.Root);
        GoldenCheck.Same(output, fresh.call(AdaptedModelTests.Input()), "read back");
    }
}
