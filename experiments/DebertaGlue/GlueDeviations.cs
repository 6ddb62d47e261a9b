using System.Globalization;
using Reproduction;
using Tasks.Glue;

namespace DebertaGlue;

/// <summary>How the runs differ from the authors', as the report states it.</summary>
internal static class GlueDeviations
{
    private const string AdaLoraLoss =
        "AdaLoRA's training loss contains its orthogonality penalty, as PEFT's does, and so does the loss that its checkpoints are kept by; its evaluation loss is reported without it.";

    /// <summary>A sentence or two for each difference. What <c>--set</c> changed is left out: the report names it.</summary>
    /// <exception cref="IOException">The small model is not there.</exception>
    public static IReadOnlyList<string> Of(Profile profile, ExperimentOptions options)
    {
        var quirks = GlueQuirks.Of(profile, options);
        return
        [
            .. profile.IsPaperScale ? Published() : Small(profile, options.Settings),
            quirks.Bfloat16Residual
                ? "The remainder of the weight is rounded to bf16 for spectral A alone, as in the official code."
                : $"The remainder of the weight is not rounded to bf16 for spectral A (--set {GlueQuirks.Bfloat16ResidualName}=true does it).",
            AdaLoraLoss,
            quirks.AdaLoraAllocation ? AdaLoraSchedule.Pruned : AdaLoraSchedule.NotPruned,
        ];
    }

    private static IEnumerable<string> Published() =>
    [
        "The dropout masks and the pooler's random weights are not those of the authors' run: random streams differ.",
        "Full tuning is not in Table 1: its learning rate of 2e-5 is this project's choice, its epochs are LoRA's.",
    ];

    private static IEnumerable<string> Small(Profile profile, SettingValues settings)
    {
        var isReal = profile.Name == GlueMaterials.MiniDataProfile;
        yield return $"The model is a DeBERTaV3 of width 192 with 6 layers; LoRA, DoRA, AdaLoRA and spectral A take rank 6 (24 at width 768), so that the trained share of a layer is the published one.{(GlueMaterials.MiniHasDropout ? "" : " It has no dropout.")}";
        yield return "Alpha is the official 32 at the smaller rank too: LoRA and DoRA scale their update by 32/6 instead of 32/24, AdaLoRA by 32/9 instead of 32/36. Their learning rates are chosen with that scale, but some runs collapse under it: LoRA and DoRA may be understated.";
        yield return "The model was pretrained on English and on generated text in the language of MicroGlue, whose joining words (\"so\", \"perhaps\", \"but\" and the like) follow the labelling rules of MicroGlue's tasks; the text uses combinations of their training splits only.";
        yield return isReal
            ? "MNLI, QQP, QNLI and SST-2 train on at most 9,000 rows: the first ones of train.tsv, or those of train-9k.jsonl where a published split is missing (SST-2 has both; in the folder of the committed results MNLI, QQP and QNLI have not). Without a published development split (there, MNLI and QQP) the scores are on heldout-1k.jsonl as found: 1,000 rows of the training split. A pair that MRPC's train.tsv lacks is rebuilt from msr_paraphrase_train.txt and dev_ids.tsv."
            : "The tasks are generated (MicroGlue).";
        if (isReal && !settings.IsGiven(DebertaGlueExperiment.MaxLength))
        {
            yield return $"Rows are cut at {GlueHyperparameters.RealTaskMaxLength} tokens, the longer sentence first; the authors cut none.";
        }

        yield return "Batches hold rows of similar length, and the model is evaluated at the end only.";
        if (!settings.IsGiven(DebertaGlueExperiment.MaxSteps) && !settings.IsGiven(DebertaGlueExperiment.Epochs))
        {
            yield return $"Every method trains for the same number of steps: {StepsText(isGenerated: !isReal)}.";
        }

        if (!profile.IsTuning && !settings.IsGiven(DebertaGlueExperiment.LearningRate))
        {
            yield return $"A method's learning rate for a task is the one of lowest evaluation loss among {TunedLearningRates.GridText(", ")} on the generated task, on rows and a seed of their own (profile {TunedLearningRates.TuningProfile}).";
        }
    }

    private static string StepsText(bool isGenerated)
    {
        var groups = GlueTask.All.GroupBy(task => GlueHyperparameters.MiniSteps(task.Name, isGenerated), task => task.Folder).OrderBy(group => group.Key);
        return string.Join("; ", groups.Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Key} on {string.Join(", ", group)}")));
    }
}
