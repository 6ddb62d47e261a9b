using Reproduction;
using SpectralAdapters;
using SpectralAdapters.Files.Peft;

namespace Experiments.Shared;

/// <summary>Keeps the adapter that a trial trained.</summary>
public static class KeptAdapter
{
    private const string Name = "keep_adapters";
    private const string OwnFolder = "adapter";
    private const string PeftFolderName = "adapter-peft";

    /// <summary>What <c>--set</c> may change of it; it changes no result.</summary>
    public static Setting Setting { get; } = Setting.Of<bool>(
        Name, "keep each trial's trained adapter in its output folder, in our format and PEFT's where the method has one; default: true");

    /// <summary>
    /// Saves the active adapter into the trial's output folder: in our own format, and in PEFT's where the method has one. Full
    /// fine-tuning trains no adapter, and keeps nothing.
    /// </summary>
    /// <param name="adapted">The trained model.</param>
    /// <param name="context">The trial.</param>
    /// <param name="baseModel">The base model's name for PEFT.</param>
    /// <param name="taskType">PEFT's task type, such as <c>SEQ_CLS</c>.</param>
    /// <returns>The folders written, for <see cref="TrialResult.Outputs"/>.</returns>
    public static IReadOnlyList<string> Save(AdaptedModel adapted, TrialContext context, string baseModel, string taskType)
    {
        if (adapted.Config.TrainsBase || !context.Options.Settings.Get(Name, true))
        {
            return [];
        }

        adapted.Save(Path.Combine(context.OutputFolder, OwnFolder));
        if (!PeftFiles.HasFormat(adapted.Config))
        {
            return [OwnFolder];
        }

        PeftFiles.Save(
            adapted, Path.Combine(context.OutputFolder, PeftFolderName),
            new PeftFileOptions { BaseModel = baseModel, TaskType = taskType });
        return [OwnFolder, PeftFolderName];
    }
}
