using System.Globalization;
using Reproduction;
using SpectralAdapters;
using Training;
using Training.Data;
using Training.Evaluation;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>Section 4.1, Table 1: DeBERTaV3 fine-tuned on GLUE with every method.</summary>
internal sealed class DebertaGlueExperiment : Experiment
{
    public override string Id => "DebertaGlue";

    public override string Title => "DeBERTaV3 on GLUE";

    public override string PaperSection => "Section 4.1, Table 1";

    public override IReadOnlyList<Profile> Profiles { get; } =
    [
        new("mini", Seeds: 1, "a small DeBERTaV3 on generated tasks, or with --data on the real ones"),
        new(Profile.PaperName, Seeds: 1, "microsoft/deberta-v3-base with the published settings"),
    ];

    public override IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Of<double>("learning_rate", "peak learning rate; default: the method's own"),
        Setting.Of<int>("epochs", "passes over the training split; default: the task's own at paper; at mini 1 on generated data, 3 on files"),
        Setting.Of<int>("max_steps", "stop after so many steps; default: all epochs"),
        .. GlueQuirks.Settings,
    ];

    public override bool UsesTokenizer => true;

    public override IReadOnlyList<string> Artefacts => ["table1"];

    public override IReadOnlyList<IFigure> Figures => GlueFigures.All;

    public override IReadOnlyList<string> Deviations(Profile profile) => profile.IsPaperScale
        ? ["The dropout masks and the pooler's random weights are not those of the authors' run: random streams differ."]
        :
        [
            "The model is a DeBERTaV3 of width 192 with 6 layers; LoRA, DoRA, AdaLoRA and spectral A take rank 6 (24 at width 768), so that the trained share of a layer is the published one.",
            "The tasks are generated (MicroGlue), or with --data the real ones on a model of random weights.",
            "One learning rate for all adapters and one for full tuning, not tuned per method and task; 1 epoch on generated data, 3 on files; evaluated at the end only.",
            "The remainder of the weight is not rounded to bf16 for spectral A (--set bf16_residual=true does it).",
        ];

    public override IReadOnlyList<Trial> Trials(Profile profile, ExperimentOptions options) =>
    [
        .. from task in GlueTask.All
           from method in GlueMethod.All
           from seed in Enumerable.Range(0, profile.Seeds)
           select new Trial(method.Id, task.Name, method.Rank(GlueMaterials.Config(profile, task).HiddenSize), seed)
           {
               Config = Describe(Hyperparameters(profile, method.Id, task.Name, options), profile, options),
           },
    ];

    public override void Check(IReadOnlyList<Trial> trials, Profile profile, ExperimentOptions options)
    {
        try
        {
            new GlueMaterials(profile, options.Inputs).Check(trials.Select(trial => trial.Task).Distinct().Select(GlueTask.Parse));
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or DataFormatException or DllNotFoundException)
        {
            throw new UserErrorException(exception.Message, exception);
        }
    }

    public override TrialPlan Plan(Trial trial, Profile profile) => GluePlan.Of(trial, profile);

    public override TrialResult Run(Trial trial, TrialContext context, CancellationToken cancellation)
    {
        var (profile, options) = (context.Profile, context.Options);
        var task = GlueTask.Parse(trial.Task);
        var settings = Hyperparameters(profile, trial.Method, trial.Task, options);
        var materials = new GlueMaterials(profile, options.Inputs);
        var data = materials.Data(task);
        var tokenizer = materials.Tokenizer();

        var device = new Device(options.Device);
        using var generator = new Generator((ulong)trial.Seed);
        using var model = materials.CreateModel(task, tokenizer, generator);
        var method = GlueMethod.Of(trial.Method).Create(trial.Rank ?? 0, task, GlueQuirks.Of(profile, options));
        // The trials of a task share their weights, and so their singular factors.
        var factors = new CachedFactorSource(Path.Combine(context.CacheFolder, "factors"), new RandomisedFactorSource(), context.Log);
        var adapted = AdaptedModel.Attach(model, method, generator, factors);
        TorchSharp.ModuleExtensionMethods.to(model, device);

        var tuning = new GlueFineTuning(data, tokenizer, model, adapted, device, settings.BatchSize, trial.Seed);
        var config = new TrainingConfig
        {
            LearningRate = settings.LearningRate,
            WeightDecay = settings.WeightDecay,
            Epochs = options.Settings.IsGiven("max_steps") ? null : settings.Epochs,
            MaxSteps = options.Settings.IsGiven("max_steps") ? options.Settings.Get("max_steps", 0) : null,
            EvaluationSteps = settings.EvaluationSteps,
            RestoreBest = settings.EvaluationSteps is not null,
            CheckpointSteps = 100,
            Seed = trial.Seed,
        };
        var progress = new StepProgress(context.Progress);
        var result = new Trainer(config).Fit(tuning, Path.Combine(context.CheckpointFolder, "training.safetensors"), progress, cancellation);
        return GlueOutcome.Of(task, data, adapted.CountParameters(), result, (GlueEvaluation)result.Kept.Result);
    }

    public override IEnumerable<ResultRow> Derive(IReadOnlyList<ResultRow> rows) => GlueOutcome.Averages(rows);

    private static GlueHyperparameters Hyperparameters(Profile profile, string method, string task, ExperimentOptions options)
    {
        var settings = profile.IsPaperScale ? GlueHyperparameters.Published(method, task) : GlueHyperparameters.Mini(method, new GlueMaterials(profile, options.Inputs).IsGenerated);
        return settings with
        {
            LearningRate = options.Settings.Get("learning_rate", settings.LearningRate),
            Epochs = options.Settings.Get("epochs", settings.Epochs),
        };
    }

    private static Dictionary<string, string> Describe(GlueHyperparameters settings, Profile profile, ExperimentOptions options)
    {
        var materials = new GlueMaterials(profile, options.Inputs);
        var config = new Dictionary<string, string>
        {
            ["model"] = materials.Model,
            ["data"] = materials.DataSource,
            ["learning_rate"] = Text(settings.LearningRate),
            ["epochs"] = Text(settings.Epochs),
            ["batch_size"] = Text(settings.BatchSize),
            ["weight_decay"] = Text(settings.WeightDecay),
            ["evaluation_steps"] = settings.EvaluationSteps is { } steps ? Text(steps) : "end",
            ["bf16_residual"] = GlueQuirks.Of(profile, options).Bfloat16Residual ? "true" : "false",
        };
        if (options.Settings.IsGiven("max_steps"))
        {
            config["max_steps"] = Text(options.Settings.Get("max_steps", 0));
        }

        return config;
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
