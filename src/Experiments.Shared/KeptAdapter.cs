using Reproduction;
using SpectralAdapters;
using SpectralAdapters.Files;
using SpectralAdapters.Files.Peft;
using static TorchSharp.torch;

namespace Experiments.Shared;

/// <summary>Keeps the adapter that a trial trained.</summary>
public static class KeptAdapter
{
    private const string Name = "keep_adapters";
    private const string OwnFolder = "adapter";
    private const string PeftFolderName = "adapter-peft";

    /// <summary>The file of the modules that the base model's files lack.</summary>
    public const string NewModulesFile = "new-modules.safetensors";

    /// <summary>What <c>--set</c> may change of it; it changes no result.</summary>
    public static Setting Setting { get; } = Setting.Of<bool>(
        Name, "keep each trial's trained adapter in its output folder, in our format and PEFT's where the method has one; default: true");

    /// <summary>The option by which the user asks for a trial's adapter; null where nobody does, or the method has none.</summary>
    /// <param name="adapter">The trial's adapter.</param>
    /// <param name="options">The run.</param>
    public static string? AskedFor(AdapterConfig adapter, RunOptions options) =>
        !adapter.TrainsBase && options.Settings.IsGiven(Name) && options.Settings.Get(Name, true) ? $"--set {Name}=true" : null;

    /// <summary>
    /// Saves the active adapter into the trial's output folder: in our own format, and in PEFT's where the method has one. Full
    /// fine-tuning trains no adapter, and keeps nothing.
    /// </summary>
    /// <param name="adapted">The trained model.</param>
    /// <param name="context">The trial.</param>
    /// <param name="baseModel">The base model's name for PEFT.</param>
    /// <param name="taskType">PEFT's task type, such as <c>SEQ_CLS</c>.</param>
    /// <param name="newModules">
    /// Frozen modules that the base model's files lack, such as a random pooler: without them the adapter cannot be used again, so
    /// they are written beside it.
    /// </param>
    /// <returns>The folders written, for <see cref="TrialResult.Outputs"/>.</returns>
    public static IReadOnlyList<string> Save(
        AdaptedModel adapted, TrialContext context, string baseModel, string taskType, IReadOnlyList<string> newModules)
    {
        if (adapted.Config.TrainsBase || !context.Options.Settings.Get(Name, true))
        {
            return [];
        }

        var kept = new List<string> { OwnFolder };
        adapted.Save(Path.Combine(context.OutputFolder, OwnFolder));
        if (newModules.Count > 0)
        {
            SafetensorsWriter.Write(Path.Combine(context.OutputFolder, NewModulesFile), adapted.Model.named_parameters()
                .Where(entry => newModules.Any(module => entry.name.StartsWith(module + ".", StringComparison.Ordinal)))
                .ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter));
            kept.Add(NewModulesFile);
        }

        if (!PeftFiles.HasFormat(adapted.Config))
        {
            return kept;
        }

        PeftFiles.Save(
            adapted, Path.Combine(context.OutputFolder, PeftFolderName),
            new PeftFileOptions { BaseModel = baseModel, TaskType = taskType });
        kept.Add(PeftFolderName);
        return kept;
    }
}
