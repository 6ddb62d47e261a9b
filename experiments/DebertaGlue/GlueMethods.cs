using Experiments.Shared;
using SpectralAdapters;
using Tasks.Glue;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>The methods of Table 1 and their settings (official deberta_tune/*/glue_tune.py; Table 4 of the paper).</summary>
internal static class GlueMethods
{
    public const int PublishedWidth = 768;

    // The same for LoRA, DoRA and AdaLoRA, for the published rank of 24: a smaller rank takes a smaller alpha, so that the scale stays.
    // Spectral A ignores both.
    private const double Alpha = 32;
    private const double AlphaRank = 24;
    private const double Dropout = 0.01;

    private const int BatchSize = 32;

    // Not in Table 1: the usual rate for DeBERTaV3-base, with LoRA's epochs.
    private const double FullLearningRate = 2e-5;

    // The small model was pretrained on sequences of 32.
    private const int RealTaskMaxLength = 64;

    // The length of most benchmarks of BERT on GLUE; few pairs of QNLI are longer.
    private const int SmallMaxLength = 128;
    private const int SmallEpochs = 3;

    private static readonly Lazy<PublishedSettings> Table4 = new(() => PublishedSettings.Load("table4"));

    // What two cores do with all methods and three seeds in less than three hours, even without AVX-512: fewer where examples are long.
    private static readonly Dictionary<string, int> RealTaskSteps = new()
    {
        ["mnli"] = 100, ["sst2"] = 300, ["mrpc"] = 100, ["cola"] = 150, ["qnli"] = 75, ["qqp"] = 125, ["rte"] = 75, ["stsb"] = 200,
    };

    // Those of AdaLoRA's own runs, for which Table 4's steps were made (Zhang et al. 2023, Table 8; NLU/scripts/run_debertav3_*.sh).
    private static readonly Dictionary<string, int> AdaLoraEpochs = new()
    {
        ["mnli"] = 7, ["sst2"] = 24, ["mrpc"] = 30, ["cola"] = 25, ["qnli"] = 5, ["qqp"] = 5, ["rte"] = 50, ["stsb"] = 25,
    };

    /// <summary>The methods in the order of the table, full fine-tuning first.</summary>
    public static IReadOnlyList<MethodSpec> All { get; } =
    [
        new("full", null, _ => new FullConfig()),
        Adapter("lora", 24, rank => new LoraConfig { Rank = rank, Alpha = Scaled(rank), Dropout = Dropout }),
        Adapter("dora", 24, rank => new DoraConfig { Rank = rank, Alpha = Scaled(rank), Dropout = Dropout }),
        Adapter("oft", 4, blocks => new OftConfig
        {
            Convention = OftConvention.OutputSide, Blocks = blocks, BlockSize = null, ShareBlocks = true,
        }) with { RankFollowsWidth = false },

        // The authors start at 36 for a target of 24 and never prune, so the run trains at 36.
        Adapter("adalora", 24, rank => new AdaLoraConfig { Rank = rank * 3 / 2, Alpha = Scaled(rank), Dropout = Dropout }),
        Adapter("spectral-a", 24, rank => new SpectralAConfig { Columns = ColumnSelection.Top(rank), Form = SpectralForm.Residual }),
    ];

    /// <summary>The head without an adapter: what a method gains over it is due to its adapters.</summary>
    public static MethodSpec HeadOnly { get; } = new("head-only", null, _ => new HeadOnlyConfig());

    /// <summary>A published setting of a method on a task, by its name in Table 4.</summary>
    public static double Published(string method, string task, string name) => Table4.Value.Get(method, task, name);

    /// <summary>The published settings of a method on a task.</summary>
    public static FineTuningSettings Published(string method, string task) => new()
    {
        LearningRate = IsUnpublished(method) ? FullLearningRate : Published(method, task, "learning_rate"),
        Epochs = (int)Published(IsUnpublished(method) ? "lora" : method, task, "epochs"),
        BatchSize = BatchSize,
        WeightDecay = 0.01,
        EvaluationSteps = 500,
    };

    /// <summary>The small model's: a number of steps that is the same for every method, evaluated at the end.</summary>
    public static FineTuningSettings Mini(FineTuningSettings published, string task, bool isGenerated) => published with
    {
        Epochs = null,
        MaxSteps = Steps(task, isGenerated),
        EvaluationSteps = null,
        GroupByLength = true,
        MaxLength = isGenerated ? null : RealTaskMaxLength,
    };

    /// <summary>The real pretrained model's: the same epochs for every method, or one of the sweep.</summary>
    public static FineTuningSettings Small(FineTuningSettings published, bool isSweep) => published with
    {
        Epochs = isSweep ? 1 : SmallEpochs,
        EvaluationSteps = null,
        GroupByLength = true,
        MaxLength = SmallMaxLength,
    };

    /// <summary>Optimiser steps of the small model: what two cores do in minutes. CoLA's grammar is new to it, and takes longer.</summary>
    public static int Steps(string task, bool isGenerated) => !isGenerated ? RealTaskSteps[task] : task == "cola" ? 300 : 125;

    /// <summary>
    /// When AdaLoRA prunes, where it is asked to. A run that is shorter than AdaLoRA's own spends the same shares of its steps on each
    /// phase: the published steps are more than the paper's epochs have on all tasks but QQP and STS-B.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="targetRank">The mean rank in the end.</param>
    /// <param name="totalSteps">Steps of the run.</param>
    public static RankAllocation Allocation(GlueTask task, int targetRank, int totalSteps)
    {
        var tableSteps = (long)AdaLoraEpochs[task.Name] * ((task.TrainSize + BatchSize - 1) / BatchSize);

        // The budget is at its target after the first of the final steps.
        return new RankAllocation
        {
            TargetRank = targetRank,
            TotalSteps = totalSteps,
            InitialSteps = Scaled("tinit"),
            FinalSteps = Math.Max(1, Scaled("tfinal_defined")),
            Interval = Math.Max(1, Scaled("delta_t")),
        };

        long Scaled(string name) => (long)Published("adalora", task.Name, name) is var steps && totalSteps < tableSteps
            ? steps * totalSteps / tableSteps
            : steps;
    }

    /// <summary>A method's adapter for a task; spectral A's remainder may be rounded to bf16, as in the official fork of PEFT.</summary>
    /// <param name="method">The method.</param>
    /// <param name="rank">Its rank.</param>
    /// <param name="task">The task.</param>
    /// <param name="projections">The layers that are adapted.</param>
    /// <param name="head">The modules that are trained with every method.</param>
    /// <param name="bfloat16Residual">Whether the remainder is rounded.</param>
    public static AdapterConfig Adapter(
        MethodSpec method, int? rank, string task, IReadOnlyList<string> projections, IReadOnlyList<string> head, bool bfloat16Residual)
    {
        var adapter = method.At(rank) switch
        {
            AdaLoraConfig adaLora => adaLora with { OrthogonalRegularization = Published("adalora", task, "orth_reg_weight") },
            SpectralAConfig spectral when bfloat16Residual => spectral with { ResidualType = ScalarType.BFloat16 },
            var other => other,
        };
        return adapter switch
        {
            FullConfig => adapter,
            HeadOnlyConfig => adapter with { ModulesToSave = head },
            _ => adapter with { TargetModules = TargetModules.Named(projections), ModulesToSave = head },
        };
    }

    private static bool IsUnpublished(string method) => method is "full" or "head-only";

    private static double Scaled(int rank) => Alpha * rank / AlphaRank;

    private static MethodSpec Adapter(string name, int rank, Func<int, AdapterConfig> create) =>
        new(name, rank, create) { RankFollowsWidth = true };
}
