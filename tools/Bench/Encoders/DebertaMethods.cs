using SpectralAdapters;
using static TorchSharp.torch;

namespace Bench.Encoders;

/// <summary>
/// The methods of Table 1, set as experiments/DebertaGlue sets them at paper scale (official deberta_tune/*/glue_tune.py), but without
/// dropout, as Hugging Face and PEFT were measured.
/// </summary>
internal static class DebertaMethods
{
    private const int Rank = 24;

    // The authors start AdaLoRA at 36 for a target of 24 and never prune.
    private const int AdaLoraRank = 36;
    private const double OrthogonalRegularization = 0.1;
    private const int OftBlocks = 4;
    private const double Alpha = 32;

    private static readonly TargetModules Projections = TargetModules.Named("query_proj", "key_proj", "value_proj");
    private static readonly string[] Head = ["classifier"];

    /// <summary>In the order of the table, full fine-tuning first.</summary>
    public static IReadOnlyList<AdapterConfig> All { get; } =
    [
        new FullConfig(),
        new LoraConfig { Rank = Rank, Alpha = Alpha, TargetModules = Projections, ModulesToSave = Head },
        new DoraConfig { Rank = Rank, Alpha = Alpha, TargetModules = Projections, ModulesToSave = Head },
        new OftConfig
        {
            Convention = OftConvention.OutputSide,
            Blocks = OftBlocks,
            BlockSize = null,
            ShareBlocks = true,
            TargetModules = Projections,
            ModulesToSave = Head,
        },
        new AdaLoraConfig
        {
            Rank = AdaLoraRank,
            Alpha = Alpha,
            OrthogonalRegularization = OrthogonalRegularization,
            TargetModules = Projections,
            ModulesToSave = Head,
        },
        new SpectralAConfig
        {
            Columns = ColumnSelection.Top(Rank), Form = SpectralForm.Residual, ResidualType = ScalarType.BFloat16,
            TargetModules = Projections, ModulesToSave = Head,
        },
    ];
}
