using Experiments.Shared;
using ModelZoo.Deberta;
using ModelZoo.Tokenizers;
using Reproduction;
using Tasks.Glue;
using Tasks.MicroGlue;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>
/// Model and data of a profile. The paper profile takes the published ones; the others take the small model of data/zoo, on
/// generated tasks or on the real ones.
/// </summary>
internal sealed class GlueInputs(Profile profile, Inputs inputs)
{
    private const string TokenizerFile = "spm.model";

    // The size of the subsets of MNLI, QQP and QNLI, for a task whose whole training split is there too.
    private const int MostExamples = 9_000;

    // The zoo's vocabulary: a plan needs no file.
    private const int MiniVocabulary = 8_000;

    /// <summary>The profile of the small model on the real tasks.</summary>
    public const string RealProfile = "mini-data";

    public ModelSource Model { get; } = profile.IsPaperScale
        ? ModelSource.Published("microsoft/deberta-v3-base", TokenizerFile, inputs)
        : ModelSource.Zoo("deberta-mini", TokenizerFile);

    public bool IsGenerated { get; } = !profile.IsPaperScale && profile.Name != RealProfile;

    public string DataName => IsGenerated ? $"MicroGlue, seed {DataSeed}" : "files of GLUE";

    // Learning rates are chosen on other examples of the same tasks.
    private int DataSeed => profile.IsSweep ? 1 : 0;

    /// <summary>The sizes of the model for a task, for a plan.</summary>
    public static DebertaConfig Config(bool isPaperScale, GlueTask task) =>
        (isPaperScale ? DebertaConfig.V3Base : DebertaConfig.Mini(MiniVocabulary)) with { NumLabels = task.OutputCount };

    /// <summary>The training examples of a task, for a plan.</summary>
    public int TrainCount(GlueTask task) => profile.IsPaperScale ? task.TrainRows
        : IsGenerated ? Data(task).Train.Examples.Count
        : Math.Min(task.TrainRows, MostExamples);

    public void RefuseUnused()
    {
        Model.RefuseUnused(profile.Name, inputs);
        if (IsGenerated && inputs.Data is { } given)
        {
            throw new UserErrorException($"--data {given}: has no effect at profile {profile.Name}: its tasks are generated.");
        }
    }

    public DebertaTokenizer Tokenizer() => DebertaTokenizer.Load(Model.TokenizerPath);

    public DebertaForSequenceClassification Create(GlueTask task, Generator generator) =>
        DebertaForSequenceClassification.Load(Model.Folder, generator, task.OutputCount);

    /// <exception cref="UserErrorException">The data are nowhere, or not the published ones at paper scale.</exception>
    public GlueDataset Data(GlueTask task)
    {
        if (IsGenerated)
        {
            return MicroGlueData.Generate(task, DataSeed);
        }

        var data = GlueDataset.Load(task, DataFolder(task));
        if (!profile.IsPaperScale)
        {
            return data with { Train = data.Train.First(MostExamples) };
        }

        // A score on other examples is not the paper's, however good the model.
        return ((GlueSplit[])[data.Train, data.Development]).FirstOrDefault(split => split.Examples.Count != split.PublishedRows) is { } wrong
            ? throw new UserErrorException(FormattableString.Invariant(
                $"{wrong.Path}: found {wrong.Examples.Count} examples, expected the {wrong.PublishedRows} of the published split at profile {profile.Name}; {wrong.Note}"))
            : data;
    }

    private string DataFolder(GlueTask task) => inputs.FindData("glue")
        ?? (inputs.Data is { } given && GlueTask.All.Any(known => Directory.Exists(Path.Combine(given, known.Folder))) ? given : null)
        ?? throw new UserErrorException(
            $"No GLUE data: looked for {string.Join(", ", inputs.DataPlaces("glue"))}. Expected a folder with the tasks' folders (CoLA, "
            + $"RTE, ...) in it, to be named with --data. Get {task.Folder} with: {task.DownloadCommand("data/glue")}");
}
