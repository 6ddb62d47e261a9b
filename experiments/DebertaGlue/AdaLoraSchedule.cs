using SpectralAdapters;
using Tasks.Glue;

namespace DebertaGlue;

/// <summary>When AdaLoRA prunes, where it does (<see cref="GlueQuirks.AdaLoraAllocation"/>).</summary>
internal static class AdaLoraSchedule
{
    /// <summary>What a report says of runs without pruning.</summary>
    public const string NotPruned =
        $"AdaLoRA is not pruned, as the authors ran it; with --set {GlueQuirks.AdaLoraAllocationName}=true it is, by the step tables of their script. " + Shares;

    /// <summary>What a report says of runs with pruning.</summary>
    public const string Pruned = "AdaLoRA is pruned by the step tables of the authors' script, which never calls the allocator. " + Shares;

    private const string Shares =
        "Those tables were made for longer runs and leave no step to prune in on six of the eight tasks, so a shorter run spends the same shares of its steps before, in and after pruning.";

    private const int BatchSize = 32;

    // tinit, tfinal and deltaT as official deberta_tune/adalora_tune/glue_tune.py lists them, and the epochs that they were made for:
    // AdaLoRA's own runs (Zhang et al. 2023, Table 8; their NLU/scripts/run_debertav3_*.sh).
    private static readonly (string Task, int Initial, int Final, int Interval, int Epochs)[] Table =
    [
        ("mnli", 8000, 50000, 100, 7),
        ("sst2", 6000, 22000, 100, 24),
        ("mrpc", 600, 1800, 1, 30),
        ("cola", 800, 3500, 10, 25),
        ("qnli", 2000, 8000, 100, 5),
        ("qqp", 8000, 25000, 100, 5),
        ("rte", 600, 1800, 1, 50),
        ("stsb", 800, 2000, 10, 25),
    ];

    /// <summary>The schedule of a run.</summary>
    /// <remarks>
    /// A run that is shorter than AdaLoRA's own spends the same shares of its steps on each phase: the table's steps are more than
    /// the paper's epochs have on all tasks but QQP and STS-B.
    /// </remarks>
    /// <param name="task">The task.</param>
    /// <param name="targetRank">The mean rank in the end.</param>
    /// <param name="totalSteps">Steps of the run.</param>
    public static RankAllocation Of(GlueTask task, int targetRank, int totalSteps)
    {
        var row = Table.Single(row => row.Task == task.Name);
        var tableSteps = (long)row.Epochs * ((task.TrainSize + BatchSize - 1) / BatchSize);
        long Scaled(int steps) => totalSteps < tableSteps ? (long)steps * totalSteps / tableSteps : steps;
        return new RankAllocation
        {
            TargetRank = targetRank,
            TotalSteps = totalSteps,
            InitialSteps = Scaled(row.Initial),
            // The budget is at its target after the first of these steps.
            FinalSteps = Math.Max(1, Scaled(row.Final)),
            Interval = Math.Max(1, Scaled(row.Interval)),
        };
    }
}
