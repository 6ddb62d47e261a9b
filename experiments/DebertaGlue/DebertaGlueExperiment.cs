using Experiments.Shared;
using ModelZoo.Deberta;
using Reproduction;
using SpectralAdapters;
using Tasks.Glue;
using Training;
using Training.Data;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>Section 4.1, Table 1: DeBERTaV3 fine-tuned on GLUE with every method.</summary>
internal sealed class DebertaGlueExperiment : Experiment<GlueSpec>
{
    public const string SweepProfile = "mini-sweep";
    public const string MaxLength = "max_length";

    private const string Bfloat16Residual = "bf16_residual";
    private const string AdaLoraAllocation = "adalora_allocation";

    // Three special tokens and something of each sentence.
    private const int ShortestMaxLength = 5;

    // Apart from the seeds of the results.
    private const int SweepSeed = 1000;

    // The small model was pretrained on sequences of 32.
    private const int RealTaskMaxLength = 64;

    // A long pair of GLUE, for a plan.
    private const int PlannedTokens = 128;

    // What two cores do with all methods and three seeds in less than three hours, even without AVX-512: fewer where examples are long.
    private static readonly Dictionary<string, int> RealTaskSteps = new()
    {
        ["mnli"] = 100, ["sst2"] = 300, ["mrpc"] = 100, ["cola"] = 150, ["qnli"] = 75, ["qqp"] = 125, ["rte"] = 75, ["stsb"] = 200,
    };

    private readonly InputDigests _digests = new();

    /// <summary>The learning rates that every method is tried with on the small model.</summary>
    public static IReadOnlyList<double> Grid { get; } = [1e-4, 5e-4, 2.5e-3, 1e-2];

    public override string Id => "DebertaGlue";

    public override string Title => "DeBERTaV3 on GLUE";

    public override string PaperSection => "Section 4.1, Table 1";

    public override IReadOnlyList<Profile> Profiles { get; } =
    [
        new("mini", Seeds: 1, "a small DeBERTaV3 on generated tasks") { WithData = GlueInputs.RealProfile },
        new(GlueInputs.RealProfile, Seeds: 1, "the small DeBERTaV3 on the real tasks of --data"),
        new(SweepProfile, Seeds: 1, "the learning-rate sweep, on generated examples of its own, from which mini takes the rate of lowest evaluation loss") { IsSweep = true },
        new(Profile.PaperName, Seeds: 1, "microsoft/deberta-v3-base with the published settings"),
    ];

    public override IReadOnlyList<Setting> Settings { get; } =
    [
        .. FineTuningSettings.Settings("at paper the published one, at mini the one selected by the sweep", "at paper the published epochs, at mini the profile's steps"),
        Setting.Of<int>(MaxLength, "maximum sequence length, special tokens included; the longer sentence is truncated first; default: none, at mini-data 64"),
        Setting.Of<bool>(Bfloat16Residual, "round the frozen remainder to bf16 for spectral-a, as the official code does; default: true at paper, false at mini"),
        Setting.Of<bool>(AdaLoraAllocation, "prune adalora to two thirds of its rank (from 36 to 24 at width 768), as its own paper does; default: false, as the authors ran it"),
        KeptAdapter.Setting,
    ];

    public override bool UsesTokenizer => true;

    public override IReadOnlyList<string> Artefacts => ["table1"];

    public override IReadOnlyList<IFigure> Figures => GlueFigures.All;

    /// <summary>Optimiser steps of the small model on a task: what two cores do in minutes. CoLA's grammar is new to it, and takes longer.</summary>
    public static int MiniSteps(string task, bool isGenerated) => !isGenerated ? RealTaskSteps[task] : task == "cola" ? 300 : 125;

    public override IReadOnlyList<string> Deviations(RunOptions options) =>
        [.. GlueDeviations.Of(options, IsRounded(options), options.Settings.Get(AdaLoraAllocation, false))];

    public override IReadOnlyList<string> Notes(RunOptions options) => UsesSweep(options)
        ? [.. Sweep(options).Sources([.. from task in GlueTask.All from method in GlueMethods.All select (method.Name, task.Name)])]
        : [];

    public override IEnumerable<ResultRow> Derive(IReadOnlyList<ResultRow> rows) => GlueScores.Averages(rows);

    public override IEnumerable<(Trial Trial, GlueSpec Spec)> Trials(RunOptions options)
    {
        var (profile, given) = (options.Profile, options.Settings);
        if (profile.IsSweep && given.IsGiven(FineTuningSettings.LearningRateName))
        {
            throw new UserErrorException($"--set {FineTuningSettings.LearningRateName}: has no effect at profile {profile.Name}, which tries {LearningRateSweep.Text(Grid)}.");
        }

        if (given.IsGiven(MaxLength) && given.Get(MaxLength, 0) is < ShortestMaxLength and var found)
        {
            throw new UserErrorException($"--set {MaxLength}={found}: expected {ShortestMaxLength} or more.");
        }

        var inputs = new GlueInputs(profile, options.Inputs);
        inputs.RefuseUnused();
        var sweep = profile.IsPaperScale ? null : Sweep(options);
        return from task in GlueTask.All
               from method in GlueMethods.All
               from tried in profile.IsSweep ? sweep!.Rates(method.Name, task.Name).Select(rate => (double?)rate) : [null]
               from seed in Enumerable.Range(profile.IsSweep ? SweepSeed : 0, profile.Seeds)
               let rank = method.RankAt(GlueInputs.Config(profile.IsPaperScale, task).HiddenSize, GlueMethods.PublishedWidth)
               let chosen = UsesSweep(options) ? sweep!.Choose(method.Name, task.Name) : default
               select (
                   new Trial(method.Name, task.Name, rank, seed)
                   {
                       PublishedRank = method.PublishedRank, Variant = tried is { } rate ? LearningRateSweep.Variant(rate) : "",
                   },
                   new GlueSpec
                   {
                       Task = task.Name,
                       Model = inputs.Model.Name,
                       Data = inputs.DataName,
                       Training = (profile.IsPaperScale
                           ? GlueMethods.Published(method.Name, task.Name)
                           : GlueMethods.Published(method.Name, task.Name) with
                           {
                               LearningRate = tried ?? chosen.LearningRate,
                               Epochs = null,
                               MaxSteps = MiniSteps(task.Name, inputs.IsGenerated),
                               EvaluationSteps = null,
                           }).With(given),
                       Sweep = chosen.Choice,
                       MaxLength = given.IsGiven(MaxLength) ? given.Get(MaxLength, 0) : profile.Name == GlueInputs.RealProfile ? RealTaskMaxLength : null,
                       GroupByLength = !profile.IsPaperScale,
                       AdaLoraTargetRank = method.Name == "adalora" && given.Get(AdaLoraAllocation, false) ? rank : null,
                       Adapter = GlueMethods.Adapter(method, rank, task.Name, IsRounded(options)),
                   });
    }

    public override IReadOnlyDictionary<string, string> DescribeInputs(GlueSpec spec, RunOptions options)
    {
        var (inputs, task) = (new GlueInputs(options.Profile, options.Inputs), GlueTask.Parse(spec.Task));
        return new Dictionary<string, string>
        {
            ["model_sha256"] = Once("model", () => InputDigests.OfFiles(inputs.Model.Files)),
            ["tokenizer_sha256"] = Once("tokenizer", () => InputDigests.OfFiles([inputs.Model.TokenizerPath])),
            ["data_sha256"] = Once(spec.Task, () => InputDigests.OfTexts(inputs.Data(task).Texts())),
        };

        string Once(string what, Func<string> compute) => _digests.Once((options.Profile.Name, options.Inputs, what), compute);
    }

    public override void Check(IReadOnlyList<(Trial Trial, GlueSpec Spec)> trials, RunOptions options)
    {
        foreach (var (trial, spec) in trials)
        {
            spec.Training.Check(trial);
        }

        using var onDevice = zeros(1, device: new Device(options.Device));
        using var generator = new Generator(0);
        var inputs = new GlueInputs(options.Profile, options.Inputs);
        inputs.Tokenizer();
        var tasks = trials.Select(entry => GlueTask.Parse(entry.Spec.Task)).Distinct().ToList();
        using var model = inputs.Create(tasks[0], generator);
        tasks.ForEach(task => inputs.Data(task));
    }

    public override TrialPlan Plan(GlueSpec spec)
    {
        var (task, profile) = (GlueTask.Parse(spec.Task), Profiles.First(profile => new GlueInputs(profile, new Inputs()) is var inputs && inputs.Model.Name == spec.Model && inputs.DataName == spec.Data));
        var (config, training) = (GlueInputs.Config(profile.IsPaperScale, task), spec.Training);
        return new ShapePlan
        {
            Shapes = DebertaShapes.Of(config),
            LayerMark = ".layer.",
            HiddenSize = config.HiddenSize,
            Layers = config.NumHiddenLayers,
            Heads = config.NumAttentionHeads,
            BatchSize = training.BatchSize,
            Tokens = Math.Min(PlannedTokens, spec.MaxLength ?? PlannedTokens),
            Examples = training.Epochs is { } epochs
                ? (double)epochs * new GlueInputs(profile, new Inputs()).TrainCount(task)
                : (double)training.MaxSteps!.Value * training.BatchSize,
        }.Of(spec.Adapter);
    }

    public override TrialResult Run(GlueSpec spec, TrialContext context, CancellationToken cancellation)
    {
        var (task, seed, settings) = (GlueTask.Parse(spec.Task), context.Trial.Seed, spec.Training);
        var inputs = new GlueInputs(context.Options.Profile, context.Options.Inputs);
        var data = inputs.Data(task);
        var tokens = GlueFineTuning.Tokens.Of(data, inputs.Tokenizer(), spec.MaxLength);
        IBatchSampler sampler = spec.GroupByLength
            ? new LengthBucketedBatchSampler([.. tokens.Train.Select(ids => ids.Length)], settings.BatchSize, seed)
            : new RandomBatchSampler(tokens.Train.Count, settings.BatchSize, seed);
        var config = settings.ToTrainingConfig(seed);
        var steps = config.TotalSteps(sampler.BatchesPerEpoch);

        var device = new Device(context.Options.Device);
        using var generator = new Generator((ulong)seed);
        using var model = inputs.Create(task, generator);
        var adapter = spec.Adapter is AdaLoraConfig adaLora && spec.AdaLoraTargetRank is { } target
            ? adaLora with { Allocation = AdaLoraSchedule.Of(task, target, steps) }
            : spec.Adapter;
        var adapted = AdapterFineTuning.Attach(model, adapter, generator, context.CacheFolder, device, context.Log);
        using var tuning = new GlueFineTuning(data, tokens, adapted, device, sampler, settings.BatchSize);
        try
        {
            var result = new Trainer(config).Fit(
                tuning, Path.Combine(context.CheckpointFolder, "training.safetensors"), new StepProgress(context.Progress), cancellation);
            return new TrialResult(
            [
                .. GlueScores.Of(data, result),
                .. TrainingMetrics.Of(tuning, result, data.Development.Examples.Count),
                // A sweep compares ends only; its curves would be most of its results.
                .. context.Options.Profile.IsSweep ? [] : TrainingMetrics.LossCurve(result),
            ])
            {
                Predictions = [GlueScores.Predictions(data, result)],
                Outputs = KeptAdapter.Save(adapted, context, inputs.Model.Name, "SEQ_CLS"),
                Facts = new Dictionary<string, string>
                {
                    ["libtorch"] = __version__,
                    ["examples"] = data.Notes.Count == 0 ? "" : $"{task.Folder}: {string.Join("; ", data.Notes)}",
                },
            };
        }
        catch (TrainingDivergedException exception) when (context.Options.Profile.IsSweep)
        {
            // A rate of the grid that is too high has been tried all the same.
            context.Log(exception.Message);
            return TrainingMetrics.Diverged(GlueScores.Published(task.ReportedMetric), steps);
        }
    }

    private static LearningRateSweep Sweep(RunOptions options) => new(
        SweepProfile, Grid, task => GlueScores.Published(GlueTask.Parse(task).ReportedMetric), options.Results);

    private static bool UsesSweep(RunOptions options) =>
        options.Profile is { IsPaperScale: false, IsSweep: false } && !options.Settings.IsGiven(FineTuningSettings.LearningRateName);

    private static bool IsRounded(RunOptions options) => options.Settings.Get(Bfloat16Residual, options.Profile.IsPaperScale);
}
