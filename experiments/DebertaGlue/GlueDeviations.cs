using Experiments.Shared;
using Reproduction;
using Tasks.Glue;

namespace DebertaGlue;

/// <summary>How the runs differ from the authors', as the report states it; it names what <c>--set</c> changed by itself.</summary>
internal static class GlueDeviations
{
    public static IEnumerable<string> Of(RunOptions options, bool bfloat16Residual, bool adaLoraAllocation) =>
    [
        .. options.Profile.IsPaperScale ? Published : Small(options.Profile, options.Settings),
        bfloat16Residual
            ? "The remainder of the weight is rounded to bf16 for spectral A alone, as in the official code."
            : "The remainder of the weight is not rounded to bf16 for spectral A (--set bf16_residual=true does it).",
        "AdaLoRA's training loss contains its orthogonality penalty, as PEFT's does, and so does the loss that its checkpoints are kept by; its evaluation loss is reported without it.",
        (adaLoraAllocation
            ? "AdaLoRA is pruned by the step tables of the authors' script, which never calls the allocator."
            : "AdaLoRA is not pruned, as the authors ran it; with --set adalora_allocation=true it is, by the step tables of their script.")
        + " Those tables were made for longer runs and leave no step to prune in on six of the eight tasks, so a shorter run spends the same shares of its steps before, in and after pruning.",
    ];

    private static IEnumerable<string> Published =>
    [
        "The dropout masks and the pooler's random weights are not those of the authors' run: random streams differ.",
        "Full fine-tuning is not in Table 1: its learning rate of 2e-5 is this project's choice, its epochs are LoRA's.",
    ];

    private static IEnumerable<string> Small(Profile profile, SettingValues settings)
    {
        var isReal = profile.Name == GlueInputs.RealProfile;
        yield return "The model is a DeBERTaV3 of width 192 with 6 layers and without dropout; LoRA, DoRA, AdaLoRA and spectral A take rank 6 (24 at width 768), so that the trained share of a layer is the published one.";
        yield return "Alpha is the official 32 at the smaller rank too: LoRA and DoRA scale their update by 32/6 instead of 32/24, AdaLoRA by 32/9 instead of 32/36. Their learning rates are chosen with that scale, but some runs collapse under it: LoRA and DoRA may be understated.";
        yield return "The model was pretrained on English and on generated text in the language of MicroGlue, whose joining words (\"so\", \"perhaps\", \"but\" and the like) follow the labelling rules of MicroGlue's tasks; the text uses combinations of their training splits only.";
        yield return isReal
            ? "MNLI, QQP, QNLI and SST-2 train on at most 9,000 examples: the first ones of train.tsv, or those of train-9k.jsonl where a published split is missing (SST-2 has both; in the folder of the reference results MNLI, QQP and QNLI have not). Without a published development split (there, MNLI and QQP) the scores are on heldout-1k.jsonl as found: 1,000 examples of the training split. A pair that MRPC's train.tsv lacks is rebuilt from msr_paraphrase_train.txt and dev_ids.tsv."
            : "The tasks are generated (MicroGlue).";
        if (isReal && !settings.IsGiven(DebertaGlueExperiment.MaxLength))
        {
            yield return "Examples are truncated to 64 tokens, the longer sentence first; the authors truncate none.";
        }

        yield return "Batches hold examples of similar length, and the model is evaluated at the end only.";
        if (!settings.IsGiven(FineTuningSettings.MaxStepsName) && !settings.IsGiven(FineTuningSettings.EpochsName))
        {
            var steps = GlueTask.All.GroupBy(task => DebertaGlueExperiment.MiniSteps(task.Name, !isReal), task => task.Folder).OrderBy(group => group.Key);
            yield return $"Every method trains for the same number of steps: {string.Join("; ", steps.Select(group => $"{group.Key} on {string.Join(", ", group)}"))}.";
        }

        if (!profile.IsSweep && !settings.IsGiven(FineTuningSettings.LearningRateName))
        {
            yield return $"A method's learning rate for a task is the one of lowest evaluation loss among {LearningRateSweep.Text(DebertaGlueExperiment.Grid)} on the generated task, on examples and a seed of their own (profile {DebertaGlueExperiment.SweepProfile}).";
        }
    }
}
