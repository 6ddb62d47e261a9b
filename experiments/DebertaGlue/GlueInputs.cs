using Experiments.Shared;
using ModelZoo.Bert;
using ModelZoo.Deberta;
using ModelZoo.Packages;
using Reproduction;
using Tasks.Glue;
using Tasks.MicroGlue;

namespace DebertaGlue;

/// <summary>Model and data of a profile.</summary>
internal sealed class GlueInputs
{
    /// <summary>The profile of the zoo's model on the real tasks.</summary>
    public const string RealProfile = "mini-data";

    /// <summary>The profile of a real pretrained model.</summary>
    public const string SmallProfile = "small";

    private const string HeadName = "head";
    private const string ModelName = "model";
    private const string MostExamplesName = "max_examples";
    private const string PoolerHead = "pooler";

    // The size of the subsets of MNLI, QQP and QNLI, for a task whose whole training split is there too.
    private const int MostExamples = 9_000;

    // Of the sweep at small: no example of the development split, which the results are scored by.
    private const int SweepTrain = 3_000;
    private const int SweepEvaluation = 500;
    private const int SweepFewest = 2_500;
    private const int SweepSeed = 1000;

    // The zoo's vocabulary: a plan needs no file.
    private const int MiniVocabulary = 8_000;

    private static readonly PackagedModel[] Packages = [PackagedModel.MiniLm, PackagedModel.ArcticXs];

    private readonly Profile _profile;
    private readonly Inputs _inputs;
    private readonly int _most;

    /// <param name="profile">The profile.</param>
    /// <param name="inputs">What the user gave.</param>
    /// <param name="given">Settings that the user gave.</param>
    /// <exception cref="UserErrorException">A setting or an input has no effect at this profile.</exception>
    public GlueInputs(Profile profile, Inputs inputs, SettingValues given)
    {
        (_profile, _inputs) = (profile, inputs);
        IsSmall = profile.Name == SmallProfile || profile.Name == LearningRateSweep.ProfileOf(SmallProfile);
        RefuseUnused(given, HeadName, IsSmall);
        RefuseUnused(given, ModelName, IsSmall && inputs.Weights is null);
        RefuseUnused(given, MostExamplesName, profile.Name is SmallProfile or RealProfile);
        _most = given.Get(MostExamplesName, MostExamples);
        Model = profile.IsPaperScale
            ? new DebertaGlueModel(
                ModelSource.Published("microsoft/deberta-v3-base", DebertaGlueModel.TokenizerFile, inputs), DebertaConfig.V3Base)
            : IsSmall
                ? new BertGlueModel(
                    Array.Find(Packages, package => package.FolderName == given.Get(ModelName, Packages[0].FolderName))!,
                    given.Get(HeadName, "") == PoolerHead ? BertHead.Pooler : BertHead.MeanPooling, inputs)
                : new DebertaGlueModel(
                    ModelSource.Zoo("deberta-mini", DebertaGlueModel.TokenizerFile),
                    DebertaConfig.Mini(MiniVocabulary) with { HiddenDropout = 0, AttentionDropout = 0 });
        var limit = given.IsGiven(MostExamplesName) ? FormattableString.Invariant($", at most {_most} to train on") : "";
        DataName = IsGenerated ? $"MicroGlue, seed {DataSeed}"
            : IsSmall && profile.IsSweep ? FormattableString.Invariant($"files of GLUE, the training split divided with seed {SweepSeed}")
            : $"files of GLUE{limit}";
    }

    /// <summary>What <c>--set</c> may change of it.</summary>
    public static IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Of<string>(
            ModelName, $"at small: {string.Join(" or ", Packages.Select(package => package.FolderName))}; default: the first",
            text => Array.Exists(Packages, package => package.FolderName == text)
                ? null
                : string.Join(" or ", Packages.Select(package => package.FolderName))),
        Setting.Of<string>(
            HeadName, "at small: mean (of the tokens, through a new dense layer) or pooler (the model's own, frozen); default: mean",
            text => text is "mean" or PoolerHead ? null : $"mean or {PoolerHead}"),
        Setting.Of<int>(
            MostExamplesName, "at small and mini-data: training examples of a task at most; default: 9000",
            value => value >= 1 ? null : "1 or more"),
    ];

    public IGlueModel Model { get; }

    public bool IsSmall { get; }

    public bool IsGenerated => !_profile.IsPaperScale && !IsSmall && _profile.Name != RealProfile;

    public string DataName { get; }

    // Learning rates are chosen on other examples of the same tasks.
    private int DataSeed => _profile.IsSweep ? 1 : 0;

    /// <summary>The training examples of a task, for a plan.</summary>
    public int TrainCount(GlueTask task) => IsGenerated ? Data(task).Train.Examples.Count
        : _profile.IsPaperScale ? task.TrainSize
        : IsSmall && _profile.IsSweep ? Math.Min(SweepTrain, task.TrainSize - SweepEvaluation)
        : Math.Min(task.TrainSize, _most);

    /// <summary>The examples of a task.</summary>
    /// <exception cref="UserErrorException">There are no data; the message says how to get them.</exception>
    /// <exception cref="IOException">A split is missing; likewise.</exception>
    public GlueDataset Data(GlueTask task) => IsGenerated ? MicroGlueData.Generate(task, DataSeed)
        : _profile.IsPaperScale ? Files(task).RequirePublished()
        : IsSmall && _profile.IsSweep ? Files(task).Divided(SweepTrain, SweepEvaluation, SweepFewest, SweepSeed)
        : Files(task).WithTrain(_most);

    private void RefuseUnused(SettingValues given, string name, bool isUsed)
    {
        if (given.IsGiven(name) && !isUsed)
        {
            throw new UserErrorException(
                $"--set {name}: has no effect at profile {_profile.Name}{(_inputs.Weights is null ? "" : " with --weights")}.");
        }
    }

    private GlueDataset Files(GlueTask task) => GlueDataset.Load(task, DataFolder.Find(
        _inputs, "glue", [.. GlueTask.All.Select(known => known.Folder)], task.DownloadCommand));
}
