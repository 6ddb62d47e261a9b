using System.Text.Json.Nodes;
using SpectralAdapters;
using Tasks.Glue;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>A row of Table 1: a method with its published rank (number of blocks for OFT).</summary>
/// <param name="Id">The method's name.</param>
/// <param name="PaperRank">The rank at width 768; null where the method has none.</param>
/// <param name="RankFollowsWidth">Whether a narrower model takes a rank that much smaller, so that the share of trained numbers stays.</param>
/// <param name="Create">The adapter's settings for a rank and a task.</param>
internal sealed record GlueMethod(string Id, int? PaperRank, bool RankFollowsWidth, Func<int, GlueTask, GlueQuirks, AdapterConfig> Create)
{
    private const int PublishedWidth = 768;

    // official deberta_tune/*/glue_tune.py: the same for LoRA, DoRA and AdaLoRA; Spectral ignores both.
    private const double Alpha = 32;
    private const double Dropout = 0.01;

    private static readonly TargetModules Projections = TargetModules.Named("query_proj", "key_proj", "value_proj");

    // PEFT trains the classifier of a sequence classifier as it is. The pooler stays random and frozen, as the authors ran it.
    private static readonly string[] Head = ["classifier"];

    // The official script's orth_reg_weight of AdaLoRA by task; 0.1 for the others.
    private static readonly Dictionary<string, double> OrthogonalWeights = new() { ["cola"] = 0.5, ["rte"] = 0.3 };

    /// <summary>The methods in the order of the table, full tuning first.</summary>
    public static IReadOnlyList<GlueMethod> All { get; } =
    [
        new("full", null, false, (_, _, _) => new FullConfig()),
        new("lora", 24, true, (rank, _, _) => new LoraConfig { Rank = rank, Alpha = Alpha, Dropout = Dropout, TargetModules = Projections, ModulesToSave = Head }),
        new("dora", 24, true, (rank, _, _) => new DoraConfig { Rank = rank, Alpha = Alpha, Dropout = Dropout, TargetModules = Projections, ModulesToSave = Head }),
        new("oft", 4, false, (blocks, _, _) => new OftConfig
        {
            Convention = OftConvention.OutputSide, Blocks = blocks, BlockSize = null, ShareBlocks = true, TargetModules = Projections, ModulesToSave = Head,
        }),
        new("adalora", 24, true, (rank, task, _) => new AdaLoraConfig
        {
            Rank = InitialRank(rank), Alpha = Alpha, Dropout = Dropout, OrthogonalRegularization = OrthogonalWeights.GetValueOrDefault(task.Name, 0.1), TargetModules = Projections, ModulesToSave = Head,
        }),
        new("spectral-a", 24, true, (rank, _, quirks) => new SpectralAConfig
        {
            Columns = ColumnSelection.Top(rank),
            Form = SpectralForm.Residual,
            ResidualType = quirks.Bfloat16Residual ? ScalarType.BFloat16 : null,
            TargetModules = Projections,
            ModulesToSave = Head,
        }),
    ];

    /// <summary>The method of a trial, whose name may hold a learning rate too.</summary>
    public static GlueMethod Of(string name) => All.Single(method => method.Id == TunedLearningRates.Parse(name).Method);

    /// <summary>The rank at a width.</summary>
    /// <param name="hiddenSize">The model's width.</param>
    public int? Rank(int hiddenSize) =>
        PaperRank is { } rank && RankFollowsWidth ? Math.Max(1, rank * hiddenSize / PublishedWidth) : PaperRank;

    /// <summary>The adapter's settings by name, such as <c>adapter.alpha</c>, as JSON writes their values.</summary>
    /// <param name="rank">The rank; 0 where the method has none.</param>
    /// <param name="task">The task.</param>
    /// <param name="quirks">The official quirks that are on.</param>
    public IEnumerable<(string Name, string Value)> Describe(int rank, GlueTask task, GlueQuirks quirks) =>
        JsonNode.Parse(Create(rank, task, quirks).ToJson())!.AsObject().Select(setting => (
            $"adapter.{setting.Key}",
            setting.Value is JsonValue value && value.TryGetValue<string>(out var text) ? text : setting.Value?.ToJsonString() ?? "null"));

    // The authors start at 36 for a target of 24 and never prune, so the run trains at 36.
    private static int InitialRank(int target) => target * 3 / 2;
}
