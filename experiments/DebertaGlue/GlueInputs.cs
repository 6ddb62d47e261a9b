using Experiments.Shared;
using ModelZoo.Deberta;
using ModelZoo.Tokenizers;
using Reproduction;
using Tasks.Glue;
using Tasks.MicroGlue;

namespace DebertaGlue;

/// <summary>Model and data of a profile: published ones at paper, else the zoo's small model on generated or real tasks.</summary>
internal sealed class GlueInputs(Profile profile, Inputs inputs)
{
    /// <summary>The profile of the small model on the real tasks.</summary>
    public const string RealProfile = "mini-data";

    private const string TokenizerFile = "spm.model";

    // The size of the subsets of MNLI, QQP and QNLI, for a task whose whole training split is there too.
    private const int MostExamples = 9_000;

    // The zoo's vocabulary: a plan needs no file.
    private const int MiniVocabulary = 8_000;

    // The names of Hugging Face's data set, where the published files have numbers.
    private static readonly Dictionary<string, string[]> LabelNames = new()
    {
        ["cola"] = ["unacceptable", "acceptable"], ["sst2"] = ["negative", "positive"], ["mrpc"] = ["not_equivalent", "equivalent"],
        ["qqp"] = ["not_duplicate", "duplicate"],
    };

    public ModelSource Model { get; } = profile.IsPaperScale
        ? ModelSource.Published("microsoft/deberta-v3-base", TokenizerFile, inputs)
        : ModelSource.Zoo("deberta-mini", TokenizerFile);

    public bool IsGenerated => !profile.IsPaperScale && profile.Name != RealProfile;

    public string DataName => IsGenerated ? $"MicroGlue, seed {DataSeed}" : "files of GLUE";

    // Learning rates are chosen on other examples of the same tasks.
    private int DataSeed => profile.IsSweep ? 1 : 0;

    /// <summary>The sizes of the model for a task: what a plan counts with, and what the weights must have.</summary>
    public DebertaConfig Config(GlueTask task) => (profile.IsPaperScale
        ? DebertaConfig.V3Base
        : DebertaConfig.Mini(MiniVocabulary) with { HiddenDropout = 0, AttentionDropout = 0 }) with { NumLabels = task.OutputCount };

    /// <summary>The training examples of a task, for a plan.</summary>
    public int TrainCount(GlueTask task) =>
        IsGenerated ? Data(task).Train.Examples.Count : profile.IsPaperScale ? task.TrainSize : Math.Min(task.TrainSize, MostExamples);

    public DebertaTokenizer Tokenizer() => DebertaTokenizer.Load(Model.TokenizerPath);

    /// <summary>The model's files, checked against each other, the tokenizer, the profile's model and a task's classes.</summary>
    /// <exception cref="InvalidDataException">They do not fit; the message names file, what was found and what was expected.</exception>
    public DebertaCheckpoint Checkpoint(GlueTask task, DebertaTokenizer tokenizer)
    {
        var checkpoint = DebertaCheckpoint.Open(Model.Folder, task.OutputCount);
        try
        {
            checkpoint.RequireTokenizer(tokenizer);
            checkpoint.RequireModel(Model.Name, Config(task));
            checkpoint.RequireLabels(task.Name, LabelNames.GetValueOrDefault(task.Name) ?? task.Labels);
            checkpoint.RequireWeights();
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    public GlueDataset Data(GlueTask task) => IsGenerated ? MicroGlueData.Generate(task, DataSeed)
        : profile.IsPaperScale ? Files(task).RequirePublished()
        : Files(task).WithTrain(MostExamples);

    private GlueDataset Files(GlueTask task) => GlueDataset.Load(task, DataFolder.Find(
        inputs, "glue", [.. GlueTask.All.Select(known => known.Folder)], task.DownloadCommand));
}
