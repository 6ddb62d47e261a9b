using System.Globalization;
using Reproduction;
using Training.Data;

namespace DebertaGlue;

/// <summary>How the runs differ from the authors', as the report states it.</summary>
internal static class GlueDeviations
{
    private const string AdaLoraLoss =
        "AdaLoRA's training loss contains its orthogonality penalty, as PEFT's does, and so does the loss that its checkpoints are kept by; its evaluation loss is reported without it.";

    /// <summary>A sentence or two for each difference.</summary>
    /// <exception cref="IOException">The small model is not there.</exception>
    public static IReadOnlyList<string> Of(Profile profile) => profile.IsPaperScale
        ?
        [
            "The dropout masks and the pooler's random weights are not those of the authors' run: random streams differ.",
            "Full tuning is not in Table 1: its learning rate of 2e-5 is this project's choice, its epochs are LoRA's.",
            AdaLoraLoss,
            AdaLoraSchedule.Deviation,
        ]
        :
        [
            $"The model is a DeBERTaV3 of width 192 with 6 layers; LoRA, DoRA, AdaLoRA and spectral A take rank 6 (24 at width 768), so that the trained share of a layer is the published one.{(GlueMaterials.MiniHasDropout ? "" : " It has no dropout.")}",
            "It was pretrained on English and on generated text in the language of MicroGlue, whose joining words (\"so\", \"perhaps\", \"but\" and the like) follow the labelling rules of MicroGlue's tasks; the text uses combinations of their training splits only.",
            profile.Name == GlueMaterials.MiniDataProfile
                ? $"MNLI, QQP, QNLI and SST-2 train on at most 9,000 rows: the first ones of train.tsv, or those of train-9k.jsonl where a published split is missing (SST-2 has both; in the folder of the committed results MNLI, QQP and QNLI have not). Without a published development split (there, MNLI and QQP) the scores are on heldout-1k.jsonl as found: 1,000 rows of the training split. Rows are cut at {GlueHyperparameters.RealTaskMaxLength} tokens, the longer sentence first (the authors cut none). The learning rates are those tuned on the generated tasks."
                : "The tasks are generated (MicroGlue).",
            $"Every method trains for {StepsText(profile)} in batches of rows of similar length, and is evaluated at the end only; its learning rate for a task is the one of lowest evaluation loss among {TunedLearningRates.GridText(", ")} on generated rows and a seed of their own (profile {TunedLearningRates.TuningProfile}).",
            "The remainder of the weight is not rounded to bf16 for spectral A (--set bf16_residual=true does it).",
            AdaLoraLoss,
            AdaLoraSchedule.Deviation,
        ];

    private static string StepsText(Profile profile)
    {
        var isGenerated = profile.Name != GlueMaterials.MiniDataProfile;
        var groups = GlueTask.All.GroupBy(task => GlueHyperparameters.MiniSteps(task.Name, isGenerated), task => task.Folder).OrderBy(group => group.Key);
        return string.Join(", ", groups.Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Key} steps on {string.Join(" and ", group)}")));
    }
}
