using Experiments.Shared;
using ModelZoo.Deberta;
using Reproduction;
using Reproduction.Figures;
using SpectralAdapters;
using Tasks.Glue;
using Training;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>Section 4.1, Table 1: DeBERTaV3 fine-tuned on GLUE with every method.</summary>
internal sealed class DebertaGlueExperiment : Experiment<GlueSpec>
{
    private const string MiniProfile = "mini";
    private const string Reference = "Section 4.1, Table 1";
    private const string AdaLoraAllocation = "adalora_allocation";
    private const string Bfloat16Residual = "bf16_residual";

    // Three special tokens and something of each sentence.
    private const int ShortestMaxLength = 5;

    // A long pair of GLUE, for a plan.
    private const int PlannedTokens = 128;

    // Apart from the seeds of the results.
    private const int SweepSeed = 1000;

    private static readonly string SweepProfile = LearningRateSweep.ProfileOf(MiniProfile);

    private readonly InputDigests _digests = new();
    private IReadOnlyList<string> _remarks = [];

    // Generated examples have to be made to be counted.
    private readonly Dictionary<(string Data, string Task), int> _trainCounts = [];

    /// <summary>The learning rates that every method is tried with on the small model.</summary>
    public static IReadOnlyList<double> Grid { get; } = [1e-4, 5e-4, 2.5e-3, 1e-2];

    public override string Id => "DebertaGlue";

    public override string Title => "DeBERTaV3 on GLUE";

    public override string PaperSection => Reference;

    public override IReadOnlyList<Profile> Profiles { get; } =
    [
        new(MiniProfile, Seeds: 1, "a small DeBERTaV3 on generated tasks") { WithData = GlueInputs.RealProfile },
        new(GlueInputs.RealProfile, Seeds: 1, "the small DeBERTaV3 on the real tasks of --data"),
        new(SweepProfile, Seeds: 1, "the learning-rate sweep of mini, on generated examples of its own") { IsSweep = true },
        new(Profile.PaperName, Seeds: 1, "microsoft/deberta-v3-base with the published settings"),
    ];

    public override IReadOnlyList<Setting> Settings { get; } =
    [
        .. FineTuningSettings.Settings(
            "at paper the published one, at mini the sweep's", "at paper the published epochs, at mini the profile's steps",
            "the longer sentence is truncated first; default: none, at mini-data 64", ShortestMaxLength),
        Setting.Of<bool>(Bfloat16Residual, "round spectral-a's frozen remainder to bf16 as the official code does; default: at paper"),
        Setting.Of<bool>(AdaLoraAllocation, "prune adalora to two thirds of its rank; default: false, as the authors ran it"),
        KeptAdapter.Setting,
    ];

    public override bool UsesTokenizer => true;

    public override IReadOnlyList<string> Artefacts => ["table1"];

    public override IReadOnlyList<IFigure> Figures { get; } =
    [
        new MethodFigure("method", "What each method trains of a pretrained weight W", "Section 2"),

        // From chance of two classes to all right.
        new GroupedBarFigure("table1-bars", "DeBERTaV3 on GLUE", Reference, "score (%)",
            [.. GlueTask.All.Select(task => new BarGroup(task.Name, Score(task), task.Folder)), new("avg", "score", "Average")])
        {
            Baseline = 50, Largest = 100,
        },
        .. TrainingCurveFigure.OfTasks(
            GlueTask.All.Select(task => (task.Name, task.Folder)), Reference, "training loss (AdaLoRA: with its penalty)"),
    ];

    public override IReadOnlyList<string> Deviations(RunOptions options) =>
        DeviationList.Of(GetType(), options, [IsRounded(options) ? "bf16" : "", IsPruned(options) ? "pruned" : ""]);

    public override IReadOnlyList<string> Notes(IReadOnlyList<Trial> trials, RunOptions options) => options.Profile.IsPaperScale ? [] :
        [.. Sweep(options).Notes(options, [.. trials.Select(trial => (trial.Method, trial.Task)).Distinct()])];

    public override string? AskedOutput(GlueSpec spec, RunOptions options) => KeptAdapter.AskedFor(spec.Adapter, options);

    public override IEnumerable<ResultRow> Derive(IReadOnlyList<ResultRow> rows) =>
        TaskAverage.Of(rows, GlueTask.All.ToDictionary(task => task.Name, Score));

    public override IEnumerable<(Trial Trial, GlueSpec Spec)> Trials(RunOptions options)
    {
        var (profile, given, inputs) = (options.Profile, options.Settings, new GlueInputs(options.Profile, options.Inputs));
        inputs.Model.RefuseUnused(profile.Name, options.Inputs);
        if (inputs.IsGenerated)
        {
            DataFolder.RefuseUnused(profile.Name, options.Inputs);
        }

        var sweep = profile.IsPaperScale ? null : Sweep(options);
        return from task in GlueTask.All
               from method in GlueMethods.All
               let published = GlueMethods.Published(method.Name, task.Name)
               from entry in sweep?.Apply(options, method.Name, task.Name, GlueMethods.Mini(published, task.Name, inputs.IsGenerated))
                   ?? [("", published.With(given), null)]
               from seed in Enumerable.Range(profile.IsSweep ? SweepSeed : 0, profile.Seeds)
               let rank = method.RankAt(inputs.Config(task).HiddenSize, GlueMethods.PublishedWidth)
               let target = method.Name == "adalora" && IsPruned(options) ? rank : null
               let adapter = GlueMethods.Adapter(method, rank, task.Name, IsRounded(options))
               select (
                   new Trial(method.Name, task.Name, rank, seed) { PublishedRank = method.PublishedRank, Variant = entry.Variant },
                   new GlueSpec(inputs.Model.Name, inputs.DataName, task.Name, entry.Settings, entry.Choice, target, adapter));
    }

    public override IReadOnlyDictionary<string, string> DescribeInputs(GlueSpec spec, RunOptions options)
    {
        var inputs = new GlueInputs(options.Profile, options.Inputs);
        return _digests.Of(inputs.Model, options, spec.Task, () => inputs.Data(GlueTask.Parse(spec.Task)).Texts());
    }

    public override void Check(IReadOnlyList<(Trial Trial, GlueSpec Spec)> trials, RunOptions options)
    {
        AdapterTrial.RequireDevice(options);
        var inputs = new GlueInputs(options.Profile, options.Inputs);
        var tokenizer = inputs.Tokenizer();
        var tasks = trials.Select(entry => GlueTask.Parse(entry.Spec.Task)).Distinct().ToList();
        foreach (var task in tasks)
        {
            using var checkpoint = inputs.Checkpoint(task, tokenizer);
            _remarks = checkpoint.Notes;
        }

        // Loading notices weights that are not finite.
        using (var checkpoint = inputs.Checkpoint(tasks[0], tokenizer))
        using (var generator = new Generator(0))
        using (DebertaForSequenceClassification.Load(checkpoint, generator))
        {
        }

        tasks.ForEach(task => inputs.Data(task));
    }

    public override IReadOnlyList<string> Remarks() => _remarks;

    public override TrialPlan Plan(GlueSpec spec)
    {
        var inputs = Profiles.Select(profile => new GlueInputs(profile, new Inputs()))
            .First(candidate => candidate.Model.Name == spec.Model && candidate.DataName == spec.Data);
        var task = GlueTask.Parse(spec.Task);
        return ShapePlan.Of(inputs.Config(task), spec.Training, PlannedTokens, () => TrainCount(inputs, task)).Of(spec.Adapter);
    }

    public override TrialResult Run(GlueSpec spec, TrialContext context, CancellationToken cancellation)
    {
        var inputs = new GlueInputs(context.Options.Profile, context.Options.Inputs);
        var (data, tokenizer) = (inputs.Data(GlueTask.Parse(spec.Task)), inputs.Tokenizer());
        var (training, seed) = (spec.Training, context.Trial.Seed);
        var (task, examples) = (data.Task, data.Development.Examples);
        using var generator = new Generator((ulong)seed);
        using var checkpoint = inputs.Checkpoint(task, tokenizer);
        using var model = DebertaForSequenceClassification.Load(checkpoint, generator);
        var adapter = spec.Adapter is AdaLoraConfig adaLora && spec.AdaLoraTargetRank is { } target
            ? adaLora with { Allocation = GlueMethods.Allocation(task, target, training.TotalSteps(data.Train.Examples.Count)) }
            : spec.Adapter;
        var adapted = AdapterTrial.Attach(model, adapter, generator, context);
        var encoded = new EncodedGlue(
            data, (first, second) => tokenizer.Encode(first, second, training.MaxLength).Ids, tokenizer.PadTokenId, context.Options.Device);
        using var tuning = new GlueFineTuning(encoded, adapted, training, seed);
        return AdapterTrial.Run(
            tuning, training, context, Score(task),
            () => KeptAdapter.Save(adapted, context, spec.Model, "SEQ_CLS", ["pooler"]), Report, cancellation);

        TrialResult Report(TrainingResult result)
        {
            var kind = task == GlueTask.Cola ? PredictionScore.Matthews
                : task.IsRegression ? PredictionScore.Pearson : PredictionScore.Accuracy;
            var kept = (GlueEvaluation)((PenalizedEvaluation)result.Kept!.Result).Task;
            var names = task.Metrics.Select(name => (name, GlueMetrics.PublishedName(name)));
            return new TrialResult([.. TrainingMetrics.Scores(result, [.. names], examples.Count)])
            {
                Predictions = [new(Score(task), kind, [.. kept.Predictions], [.. examples.Select(one => (double)one.Label)])],
                Facts = new Dictionary<string, string>
                {
                    ["examples"] = data.Notes.Count == 0 ? "" : $"{task.Folder}: {string.Join("; ", data.Notes)}",
                },
            };
        }
    }

    private int TrainCount(GlueInputs inputs, GlueTask task)
    {
        if (!_trainCounts.TryGetValue((inputs.DataName, task.Name), out var count))
        {
            _trainCounts[(inputs.DataName, task.Name)] = count = inputs.TrainCount(task);
        }

        return count;
    }

    private static bool IsPruned(RunOptions options) => options.Settings.Get(AdaLoraAllocation, false);

    private static bool IsRounded(RunOptions options) => options.Settings.Get(Bfloat16Residual, options.Profile.IsPaperScale);

    private static string Score(GlueTask task) => GlueMetrics.PublishedName(task.ReportedMetric);

    private static LearningRateSweep Sweep(RunOptions options) =>
        new(SweepProfile, Grid, task => Score(GlueTask.Parse(task)), options.Results);
}
