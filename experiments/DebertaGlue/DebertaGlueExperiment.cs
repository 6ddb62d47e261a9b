using Experiments.Shared;
using Reproduction;
using Reproduction.Figures;
using SpectralAdapters;
using Tasks.Glue;
using Training;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>Section 4.1, Table 1: DeBERTaV3, or at small a BERT, fine-tuned on GLUE with every method.</summary>
internal sealed class DebertaGlueExperiment : Experiment<GlueSpec>
{
    private const string MiniProfile = "mini";
    private const string Reference = "Section 4.1, Table 1";
    private const string AdaLoraAllocation = "adalora_allocation";
    private const string Bfloat16Residual = "bf16_residual";
    private const string TargetModulesName = "target_modules";
    private const string Heldout = "scored on heldout-1k, which is of its training split";

    // Three special tokens and something of each sentence.
    private const int ShortestMaxLength = 5;

    // A long pair of GLUE, for a plan.
    private const int PlannedTokens = 128;

    // Apart from the seeds of the results.
    private const int SweepSeed = 1000;

    // MiniLM was trained on pairs of both data sets.
    private static readonly Dictionary<string, string> SeenAtSmall = new()
    {
        ["mnli"] = $"{Heldout}, and MiniLM has met pairs of multi_nli", ["qqp"] = $"{Heldout}, and MiniLM has met pairs of Quora",
    };

    private static readonly Dictionary<string, string> Scores = GlueTask.All.ToDictionary(task => task.Name, Score);

    private readonly InputDigests _digests = new();
    private IReadOnlyList<string> _remarks = [];

    // Generated examples have to be made to be counted.
    private readonly Dictionary<(string Data, string Task), int> _trainCounts = [];

    // What the trials of a spec read, by the names that the spec has: a plan knows no options.
    private readonly Dictionary<(string Model, string Data), GlueInputs> _planned = [];

    /// <summary>The learning rates that every method is tried with on the zoo's model.</summary>
    public static IReadOnlyList<double> Grid { get; } = [1e-4, 5e-4, 2.5e-3, 1e-2];

    /// <summary>The learning rates that every method is tried with on a real pretrained model.</summary>
    public static IReadOnlyList<double> SmallGrid { get; } = [1e-4, 3e-4, 1e-3, 3e-3];

    public override string Id => "DebertaGlue";

    public override string Title => "DeBERTaV3 on GLUE";

    public override string PaperSection => Reference;

    public override IReadOnlyList<Profile> Profiles { get; } =
    [
        new(MiniProfile, Seeds: 1, "a small DeBERTaV3 on generated tasks") { WithData = GlueInputs.RealProfile },
        new(GlueInputs.RealProfile, Seeds: 1, "the small DeBERTaV3 on the real tasks of --data"),
        new(LearningRateSweep.ProfileOf(MiniProfile), Seeds: 1, "the learning-rate sweep of mini, on generated examples of its own")
        {
            IsSweep = true,
        },
        new(GlueInputs.SmallProfile, Seeds: 1, "BERT (MiniLM-L6), not DeBERTaV3, on the real tasks of --data"),
        new(
            LearningRateSweep.ProfileOf(GlueInputs.SmallProfile), Seeds: 1,
            "the learning-rate sweep of small, on examples of the training splits")
        {
            IsSweep = true,
        },
        new(Profile.PaperName, Seeds: 1, "microsoft/deberta-v3-base with the published settings"),
    ];

    public override IReadOnlyList<Setting> Settings { get; } =
    [
        .. FineTuningSettings.Settings(
            "at paper the published one, else the sweep's", "at paper the published epochs, at small 3 epochs, at mini the profile's steps",
            "the longer sentence is truncated first; default: none, at mini-data 64, at small 128", ShortestMaxLength),
        .. GlueInputs.Settings,
        Setting.Of<string>(
            TargetModulesName, "names of the adapted layers, separated by commas; default: the query, key and value projections",
            text => text.Split(',').Contains("") ? "names separated by commas" : null),
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

    public override string? FloorMethod => GlueMethods.HeadOnly.Name;

    public override IReadOnlyList<string> Notes(IReadOnlyList<Trial> trials, RunOptions options) => options.Profile.IsPaperScale ? [] :
        [.. Sweep(options).Notes(options, [.. trials.Select(trial => (trial.Method, trial.Task)).Distinct()])];

    public override string? AskedOutput(GlueSpec spec, RunOptions options) => KeptAdapter.AskedFor(spec.Adapter, options);

    public override IEnumerable<ResultRow> Derive(IReadOnlyList<ResultRow> rows) =>
        Unranked(rows) is var unranked
            ? TaskAverage.Of(rows, Scores.Where(task => !unranked.ContainsKey(task.Key)).ToDictionary())
            : [];

    public override IReadOnlyDictionary<string, string> Unranked(IReadOnlyList<ResultRow> rows)
    {
        var seen = rows.Any(row => row.Profile == GlueInputs.SmallProfile) ? SeenAtSmall : [];
        return MajorityClass.Unmoved(rows, Scores).Where(task => !seen.ContainsKey(task.Key)).Concat(seen).ToDictionary();
    }

    public override IEnumerable<(Trial Trial, GlueSpec Spec)> Trials(RunOptions options)
    {
        var (profile, given, inputs) = (options.Profile, options.Settings, Inputs(options));
        var model = inputs.Model;
        model.Source.RefuseUnused(profile.Name, options.Inputs);
        if (inputs.IsGenerated)
        {
            DataFolder.RefuseUnused(profile.Name, options.Inputs);
        }

        var sweep = profile.IsPaperScale ? null : Sweep(options);
        var projections = Projections(options, model);
        _planned[(model.Source.Name, inputs.DataName)] = inputs;
        return from task in GlueTask.All
               from method in inputs.IsSmall ? [.. GlueMethods.All, GlueMethods.HeadOnly] : GlueMethods.All
               let published = GlueMethods.Published(method.Name, task.Name)
               let settings = inputs.IsSmall ? GlueMethods.Small(published, profile.IsSweep)
                   : GlueMethods.Mini(published, task.Name, inputs.IsGenerated)
               from entry in sweep?.Apply(options, method.Name, task.Name, settings) ?? [("", published.With(given), null)]
               from seed in Enumerable.Range(profile.IsSweep ? SweepSeed : 0, profile.Seeds)
               let rank = method.RankAt(model.Config(task).HiddenSize, GlueMethods.PublishedWidth)
               let target = method.Name == "adalora" && IsPruned(options) ? rank : null
               let adapter = GlueMethods.Adapter(method, rank, task.Name, projections, model.Head, IsRounded(options))
               select (
                   new Trial(method.Name, task.Name, rank, seed) { PublishedRank = method.PublishedRank, Variant = entry.Variant },
                   new GlueSpec(
                       model.Source.Name, inputs.DataName, task.Name, Evaluated(entry.Settings, inputs, profile, task), entry.Choice,
                       target, adapter));
    }

    public override IReadOnlyDictionary<string, string> DescribeInputs(GlueSpec spec, RunOptions options)
    {
        var inputs = Inputs(options);
        return _digests.Of(inputs.Model.Source, options, spec.Task, () => inputs.Data(GlueTask.Parse(spec.Task)).Texts());
    }

    public override void Check(IReadOnlyList<(Trial Trial, GlueSpec Spec)> trials, RunOptions options)
    {
        AdapterTrial.RequireDevice(options);
        if (!options.Profile.IsPaperScale)
        {
            Sweep(options).Require(trials.Select(entry => (entry.Trial, entry.Spec.Sweep)));
        }

        var inputs = Inputs(options);
        var tasks = trials.Select(entry => GlueTask.Parse(entry.Spec.Task)).Distinct().ToList();
        var tokenizer = inputs.Model.Tokenizer();
        foreach (var task in tasks)
        {
            _remarks = inputs.Model.Check(task, tokenizer);
        }

        // Loading notices weights that are not finite.
        using var generator = new Generator(0);
        inputs.Model.Load(tasks[0], tokenizer, generator).Module.Dispose();
        RequireData(inputs, tasks);
    }

    public override IReadOnlyList<string> Remarks() => _remarks;

    public override TrialPlan Plan(GlueSpec spec)
    {
        var inputs = _planned[(spec.Model, spec.Data)];
        var task = GlueTask.Parse(spec.Task);
        return ShapePlan.Of(
            inputs.Model.Config(task), inputs.Model.Shapes(task), spec.Training, PlannedTokens, () => TrainCount(inputs, task))
            .Of(spec.Adapter);
    }

    public override TrialResult Run(GlueSpec spec, TrialContext context, CancellationToken cancellation)
    {
        var inputs = Inputs(context.Options);
        var (data, tokenizer) = (inputs.Data(GlueTask.Parse(spec.Task)), inputs.Model.Tokenizer());
        var (training, seed) = (spec.Training, context.Trial.Seed);
        var (task, examples) = (data.Task, data.Development.Examples);
        using var generator = new Generator((ulong)seed);
        using var model = inputs.Model.Load(task, tokenizer, generator).Module;
        var adapter = spec.Adapter is AdaLoraConfig adaLora && spec.AdaLoraTargetRank is { } target
            ? adaLora with { Allocation = GlueMethods.Allocation(task, target, training.TotalSteps(data.Train.Examples.Count)) }
            : spec.Adapter;
        var adapted = AdapterTrial.Attach(model, adapter, generator, context);
        var encoded = new EncodedGlue(
            data,
            (first, second) => tokenizer.Encode(first, second, training.MaxLength) is var text ? (text.Ids, text.FirstLength) : default,
            tokenizer.PadTokenId, context.Options.Device);
        using var tuning = new GlueFineTuning(encoded, adapted, training, seed);
        return AdapterTrial.Run(
            tuning, training, context, Score(task),
            () => KeptAdapter.Save(adapted, context, spec.Model, "SEQ_CLS", inputs.Model.Frozen), Report, cancellation);

        TrialResult Report(TrainingResult result)
        {
            var kind = task == GlueTask.Cola ? PredictionScore.Matthews
                : task.IsRegression ? PredictionScore.Pearson : PredictionScore.Accuracy;
            double[] labels = [.. examples.Select(one => (double)one.Label)];
            var names = task.Metrics.Select(name => (name, GlueMetrics.PublishedName(name)));
            return new TrialResult([.. TrainingMetrics.Scores(result, [.. names], examples.Count), MajorityClass.Row(labels, kind)])
            {
                Predictions = [.. TrainingMetrics.Predictions<GlueEvaluation>(
                    result, Score(task), kind, evaluation => evaluation.Predictions, labels)],
                Facts = new Dictionary<string, string>
                {
                    ["examples"] = data.Notes.Count == 0 ? "" : $"{task.Folder}: {string.Join("; ", data.Notes)}",
                },
            };
        }
    }

    // Once an epoch, as the best checkpoint is to be kept: the published 500 steps are more than a run has.
    private static FineTuningSettings Evaluated(FineTuningSettings settings, GlueInputs inputs, Profile profile, GlueTask task) =>
        inputs.IsSmall && !profile.IsSweep
            ? settings with { EvaluationSteps = (settings with { Epochs = 1, MaxSteps = null }).TotalSteps(inputs.TrainCount(task)) }
            : settings;

    // All that is missing at once, and what there is.
    private static void RequireData(GlueInputs inputs, List<GlueTask> tasks)
    {
        var missing = new List<(GlueTask Task, string Problem)>();
        foreach (var task in tasks)
        {
            try
            {
                inputs.Data(task);
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                missing.Add((task, exception.Message));
            }
        }

        if (missing.Count == 0)
        {
            return;
        }

        var found = tasks.Except(missing.Select(entry => entry.Task)).Select(task => task.Name).ToList();
        throw new UserErrorException(
            string.Join("\n", missing.Select(entry => entry.Problem))
            + (found.Count > 0 ? $"\nTo run what there is: --filter task={string.Join(",", found)}" : ""));
    }

    private static IReadOnlyList<string> Projections(RunOptions options, IGlueModel model)
    {
        if (!options.Settings.IsGiven(TargetModulesName))
        {
            return model.Projections;
        }

        var linear = model.Shapes(GlueTask.Rte)
            .Where(pair => pair.Value.Length == 2 && pair.Key.Contains(".layer.", StringComparison.Ordinal))
            .Select(pair => pair.Key[..pair.Key.LastIndexOf('.')]).ToList();
        var names = options.Settings.Get(TargetModulesName, "").Split(',');
        return Array.Find(names, name => !linear.Exists(layer => TargetModules.Named(name).Match(layer))) is { } unknown
            ? throw new UserErrorException(
                $"--set {TargetModulesName}: found {unknown}, expected names of linear layers of {model.Source.Name}, such as "
                + $"{string.Join(", ", linear.Select(layer => layer[(layer.LastIndexOf('.') + 1)..]).Distinct())}.")
            : names;
    }

    private static GlueInputs Inputs(RunOptions options) => new(options.Profile, options.Inputs, options.Settings);

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

    private static LearningRateSweep Sweep(RunOptions options)
    {
        var isSmall = Inputs(options).IsSmall;
        return new LearningRateSweep(
            LearningRateSweep.ProfileOf(isSmall ? GlueInputs.SmallProfile : MiniProfile), isSmall ? SmallGrid : Grid,
            task => Score(GlueTask.Parse(task)), options.Results);
    }
}
