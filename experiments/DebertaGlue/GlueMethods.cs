using Experiments.Shared;
using SpectralAdapters;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>The methods of Table 1 and their published settings (official deberta_tune/*/glue_tune.py; Table 4 of the paper).</summary>
internal static class GlueMethods
{
    public const int PublishedWidth = 768;

    // The same for LoRA, DoRA and AdaLoRA; spectral A ignores both.
    private const double Alpha = 32;
    private const double Dropout = 0.01;

    // Not in Table 1: the usual rate for DeBERTaV3-base.
    private const double FullLearningRate = 2e-5;

    // PEFT trains the classifier of a sequence classifier as it is. The pooler stays random and frozen, as the authors ran it.
    private static readonly string[] Head = ["classifier"];
    private static readonly TargetModules Projections = TargetModules.Named("query_proj", "key_proj", "value_proj");

    // orth_reg_weight of AdaLoRA by task; 0.1 for the others.
    private static readonly Dictionary<string, double> OrthogonalRegularizations = new() { ["cola"] = 0.5, ["rte"] = 0.3 };

    // Task, epochs, learning rates of LoRA and DoRA, of spectral A, of OFT; AdaLoRA's learning rate and epochs.
    private static readonly (string Task, int Epochs, double Lora, double Spectral, double Oft, double AdaLora, int AdaLoraEpochs)[] Table4 =
    [
        ("mnli", 1, 1e-4, 1e-4, 8e-5, 5e-4, 1),
        ("sst2", 5, 6e-5, 1e-4, 2e-4, 8e-4, 5),
        ("mrpc", 13, 2e-4, 7e-4, 9e-4, 1e-3, 13),
        ("cola", 8, 1e-4, 3e-4, 4e-4, 5e-4, 8),
        ("qnli", 1, 1e-4, 1e-4, 2e-4, 1.2e-3, 1),
        ("qqp", 10, 1e-4, 1e-4, 3e-4, 5e-4, 10),
        ("rte", 10, 2e-4, 3e-4, 3e-4, 1.2e-3, 13),
        ("stsb", 30, 2e-4, 5e-4, 7e-4, 2.2e-3, 30),
    ];

    /// <summary>The methods in the order of the table, full fine-tuning first.</summary>
    public static IReadOnlyList<MethodSpec> All { get; } =
    [
        new("full", null, _ => new FullConfig()),
        new("lora", 24, rank => Placed(new LoraConfig { Rank = rank, Alpha = Alpha, Dropout = Dropout })) { RankFollowsWidth = true },
        new("dora", 24, rank => Placed(new DoraConfig { Rank = rank, Alpha = Alpha, Dropout = Dropout })) { RankFollowsWidth = true },
        new("oft", 4, blocks => Placed(
            new OftConfig { Convention = OftConvention.OutputSide, Blocks = blocks, BlockSize = null, ShareBlocks = true })),

        // The authors start at 36 for a target of 24 and never prune, so the run trains at 36.
        new("adalora", 24, rank => Placed(new AdaLoraConfig { Rank = rank * 3 / 2, Alpha = Alpha, Dropout = Dropout })) { RankFollowsWidth = true },
        new("spectral-a", 24, rank => Placed(
            new SpectralAConfig { Columns = ColumnSelection.Top(rank), Form = SpectralForm.Residual })) { RankFollowsWidth = true },
    ];

    /// <summary>A method's settings for a task.</summary>
    /// <param name="method">The method.</param>
    /// <param name="rank">The rank.</param>
    /// <param name="task">The task.</param>
    /// <param name="bfloat16Residual">Whether spectral A's remainder is rounded to bf16, as in the official fork of PEFT.</param>
    public static AdapterConfig Adapter(MethodSpec method, int? rank, string task, bool bfloat16Residual) => method.At(rank) switch
    {
        AdaLoraConfig adaLora => adaLora with { OrthogonalRegularization = OrthogonalRegularizations.GetValueOrDefault(task, 0.1) },
        SpectralAConfig spectral when bfloat16Residual => spectral with { ResidualType = ScalarType.BFloat16 },
        var other => other,
    };

    /// <summary>The published settings of a method on a task. Full fine-tuning has LoRA's epochs.</summary>
    public static FineTuningSettings Published(string method, string task)
    {
        var row = Table4.Single(row => row.Task == task);
        var (rate, epochs) = method switch
        {
            "full" => (FullLearningRate, row.Epochs),
            "spectral-a" => (row.Spectral, row.Epochs),
            "oft" => (row.Oft, row.Epochs),
            "adalora" => (row.AdaLora, row.AdaLoraEpochs),
            _ => (row.Lora, row.Epochs),
        };
        return new FineTuningSettings { LearningRate = rate, Epochs = epochs, BatchSize = 32, WeightDecay = 0.01, EvaluationSteps = 500 };
    }

    private static AdapterConfig Placed(AdapterConfig config) => config with { TargetModules = Projections, ModulesToSave = Head };
}
