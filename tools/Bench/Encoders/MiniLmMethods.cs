using SpectralAdapters;

namespace Bench.Encoders;

/// <summary>The methods as Hugging Face and PEFT were measured with them: rank 8 on query, key and value, no dropout.</summary>
internal static class MiniLmMethods
{
    private const int Rank = 8;
    private const int OftBlockSize = 32;
    private const double Alpha = 16;

    private static readonly TargetModules Projections = TargetModules.Named("query", "key", "value");
    private static readonly string[] Head = ["classifier"];

    /// <summary>Full fine-tuning first.</summary>
    public static IReadOnlyList<AdapterConfig> All { get; } =
    [
        new FullConfig(),
        new LoraConfig { Rank = Rank, Alpha = Alpha, TargetModules = Projections, ModulesToSave = Head },
        new DoraConfig { Rank = Rank, Alpha = Alpha, TargetModules = Projections, ModulesToSave = Head },
        new OftConfig { BlockSize = OftBlockSize, TargetModules = Projections, ModulesToSave = Head },
        new AdaLoraConfig { Rank = Rank, Alpha = Alpha, TargetModules = Projections, ModulesToSave = Head },
        new SpectralAConfig { Columns = ColumnSelection.Top(Rank), TargetModules = Projections, ModulesToSave = Head },
    ];
}
