using SpectralAdapters;

namespace DebertaGlue;

/// <summary>A row of Table 1: a method with its rank at the published width.</summary>
/// <param name="Id">The method's name.</param>
/// <param name="PaperRank">The rank at width 768; null where the method has none.</param>
/// <param name="Create">The adapter's settings for a rank.</param>
internal sealed record GlueMethod(string Id, int? PaperRank, Func<int, GlueQuirks, AdapterConfig> Create)
{
    // official deberta_tune/*/glue_tune.py: the same for LoRA, DoRA and AdaLoRA; Spectral ignores both.
    private const double Alpha = 32;
    private const double Dropout = 0.01;

    private static readonly TargetModules Projections = TargetModules.Named("query_proj", "key_proj", "value_proj");

    // PEFT trains the classifier of a sequence classifier as it is. The pooler stays random and frozen, as the authors ran it.
    private static readonly string[] Head = ["classifier"];

    /// <summary>The methods in the order of the table.</summary>
    public static IReadOnlyList<GlueMethod> All { get; } =
    [
        new("full", null, (_, _) => new FullConfig()),
        new("lora", 24, (rank, _) => new LoraConfig { Rank = rank, Alpha = Alpha, Dropout = Dropout, TargetModules = Projections, ModulesToSave = Head }),
        new("spectral-a", 24, (rank, quirks) => new SpectralAConfig
        {
            Columns = ColumnSelection.Top(rank),
            Form = SpectralForm.Residual,
            ResidualType = quirks.Bfloat16Residual ? TorchSharp.torch.ScalarType.BFloat16 : null,
            TargetModules = Projections,
            ModulesToSave = Head,
        }),
    ];

    /// <summary>The method of a trial.</summary>
    public static GlueMethod Of(string id) => All.Single(method => method.Id == id);

    /// <summary>The rank at a width: the published rank shrinks with the width, so that the share of trained numbers stays.</summary>
    /// <param name="hiddenSize">The model's width.</param>
    public int? Rank(int hiddenSize) => PaperRank is { } rank ? Math.Max(1, rank * hiddenSize / PublishedWidth) : null;

    private const int PublishedWidth = 768;
}
