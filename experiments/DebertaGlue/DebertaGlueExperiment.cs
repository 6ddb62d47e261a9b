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
    private const string LearningRate = "learning_rate";
    private const string Epochs = "epochs";
    private const string MaxSteps = "max_steps";

    // Apart from the seeds of the results.
    private const int TuningSeed = 1000;

    private readonly Lazy<TunedLearningRates> tuned = new(TunedLearningRates.Load);

    public override string Id => "DebertaGlue";

    public override string Title => "DeBERTaV3 on GLUE";

    public override string PaperSection => "Section 4.1, Table 1";

    public override IReadOnlyList<Profile> Profiles { get; } =
    [
        new(GlueMaterials.MiniProfile, Seeds: 1, "a small DeBERTaV3 on generated tasks") { WithData = GlueMaterials.MiniDataProfile },
        new(GlueMaterials.MiniDataProfile, Seeds: 1, "the small DeBERTaV3 on the real tasks of --data"),
        new(TunedLearningRates.TuningProfile, Seeds: 1, "the grid of learning rates, on generated rows of its own, from which mini takes the best") { IsTuning = true },
        new(Profile.PaperName, Seeds: 1, "microsoft/deberta-v3-base with the published settings"),
    ];

    public override IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Of<double>(LearningRate, "peak learning rate; default: at paper the published one, at mini the best of the tuning"),
        Setting.Of<int>(Epochs, "passes over the training split; default: at paper the task's own, at mini as many as max_steps makes"),
        Setting.Of<int>(MaxSteps, "optimiser steps; default: at paper as many as epochs makes, at mini those of the profile"),
        .. GlueQuirks.Settings,
    ];

    public override bool UsesTokenizer => true;

    public override IReadOnlyList<string> Artefacts => ["table1"];

    public override IReadOnlyList<IFigure> Figures => GlueFigures.All;

    public override IReadOnlyList<string> Deviations(Profile profile) => profile.IsPaperScale
        ? ["The dropout masks and the pooler's random weights are not those of the authors' run: random streams differ.", AdaLoraSchedule.Deviation]
        :
        [
            "The model is a DeBERTaV3 of width 192 with 6 layers; LoRA, DoRA, AdaLoRA and spectral A take rank 6 (24 at width 768), so that the trained share of a layer is the published one.",
            profile.Name == GlueMaterials.MiniDataProfile
                ? "The training splits of MNLI, QQP, QNLI and SST-2 are the subsets that lie in the folder of data, as the notes of each trial say; the learning rates are those tuned on the generated tasks."
                : "The tasks are generated (MicroGlue).",
            $"Every method trains for {GlueHyperparameters.MiniSteps(profile)} steps in batches of rows of similar length, and is evaluated at the end only; its learning rate for a task is the best of {string.Join(", ", TunedLearningRates.Grid.Select(rate => Text(rate)))} on generated rows and a seed of their own (profile {TunedLearningRates.TuningProfile}).",
            "The remainder of the weight is not rounded to bf16 for spectral A (--set bf16_residual=true does it).",
            AdaLoraSchedule.Deviation,
        ];

    public override IReadOnlyList<Trial> Trials(Profile profile, ExperimentOptions options)
    {
        if (profile.IsTuning && options.Settings.IsGiven(LearningRate))
        {
            throw new UserErrorException($"--set {LearningRate}: has no effect at profile {profile.Name}, which tries {string.Join(", ", TunedLearningRates.Grid.Select(rate => Text(rate)))}.");
        }

        return
        [
            .. from task in GlueTask.All
               from method in GlueMethod.All
               from name in profile.IsTuning ? TunedLearningRates.Grid.Select(rate => TunedLearningRates.Variant(method.Id, rate)) : [method.Id]
               from seed in Enumerable.Range(profile.IsTuning ? TuningSeed : 0, profile.Seeds)
               select new Trial(name, task.Name, method.Rank(GlueMaterials.Config(profile, task).HiddenSize), seed)
               {
                   Config = Describe(method, Hyperparameters(profile, name, task.Name, options), profile, options),
               },
        ];
    }

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
        var tokens = new GlueTokens(data, materials.Tokenizer());

        var device = new Device(options.Device);
        using var generator = new Generator((ulong)trial.Seed);
        using var model = materials.CreateModel(task, generator);
        var batches = tokens.Batches(settings, trial.Seed);
        var config = TrainerConfig(settings, trial.Seed);
        var quirks = GlueQuirks.Of(profile, options);
        var method = GlueMethod.Of(trial.Method).Create(trial.Rank ?? 0, task, quirks);
        if (method is AdaLoraConfig adaLora && quirks.AdaLoraAllocation)
        {
            method = adaLora with { Allocation = AdaLoraSchedule.Of(task, trial.Rank!.Value, config.TotalSteps(batches.BatchesPerEpoch)) };
        }

        // The trials of a task share their weights, and so their singular factors.
        var factors = new CachedFactorSource(Path.Combine(context.CacheFolder, "factors"), new RandomisedFactorSource(), context.Log);
        var adapted = AdaptedModel.Attach(model, method, generator, factors);
        TorchSharp.ModuleExtensionMethods.to(model, device);

        using var tuning = new GlueFineTuning(data, tokens, model, adapted, device, batches, settings.BatchSize);
        var progress = new StepProgress(context.Progress);
        var result = new Trainer(config).Fit(tuning, Path.Combine(context.CheckpointFolder, "training.safetensors"), progress, cancellation);
        return GlueOutcome.Of(task, data, adapted.CountParameters(), result, (GlueEvaluation)result.Kept.Result, tuning.MeanRank);
    }

    public override IEnumerable<ResultRow> Derive(IReadOnlyList<ResultRow> rows) => GlueOutcome.Averages(rows);

    private static TrainingConfig TrainerConfig(GlueHyperparameters settings, int seed) => new()
    {
        LearningRate = settings.LearningRate,
        WeightDecay = settings.WeightDecay,
        Epochs = settings.Epochs,
        MaxSteps = settings.MaxSteps,
        EvaluationSteps = settings.EvaluationSteps,
        RestoreBest = settings.EvaluationSteps is not null,
        CheckpointSteps = 100,
        Seed = seed,
    };

    private GlueHyperparameters Hyperparameters(Profile profile, string name, string task, ExperimentOptions options)
    {
        var (method, rateOfGrid) = TunedLearningRates.Parse(name);
        var given = options.Settings;
        var settings = profile.IsPaperScale
            ? GlueHyperparameters.Published(method, task)
            : GlueHyperparameters.Mini(profile, rateOfGrid ?? (given.IsGiven(LearningRate) ? given.Get(LearningRate, 0.0) : tuned.Value.Of(method, task)));
        if (given.IsGiven(Epochs) && given.IsGiven(MaxSteps))
        {
            throw new UserErrorException($"--set {Epochs} and {MaxSteps}: found both, expected one of them.");
        }

        settings = settings with { LearningRate = given.Get(LearningRate, settings.LearningRate) };
        return given.IsGiven(Epochs) ? settings with { Epochs = given.Get(Epochs, 0), MaxSteps = null }
            : given.IsGiven(MaxSteps) ? settings with { Epochs = null, MaxSteps = given.Get(MaxSteps, 0) }
            : settings;
    }

    private static Dictionary<string, string> Describe(GlueMethod method, GlueHyperparameters settings, Profile profile, ExperimentOptions options)
    {
        var materials = new GlueMaterials(profile, options.Inputs);
        var quirks = GlueQuirks.Of(profile, options);
        var config = new Dictionary<string, string>
        {
            ["model"] = materials.Model,
            ["data"] = materials.DataSource,
            [LearningRate] = Text(settings.LearningRate),
            ["batch_size"] = Text(settings.BatchSize),
            ["weight_decay"] = Text(settings.WeightDecay),
            ["evaluation_steps"] = settings.EvaluationSteps is { } steps ? Text(steps) : "end",
            ["group_by_length"] = settings.GroupByLength ? "true" : "false",
            ["bf16_residual"] = quirks.Bfloat16Residual ? "true" : "false",
        };
        if (settings.Epochs is { } epochs)
        {
            config[Epochs] = Text(epochs);
        }
        else
        {
            config[MaxSteps] = Text(settings.MaxSteps!.Value);
        }

        if (quirks.AdaLoraAllocation && method.Id == "adalora")
        {
            config[GlueQuirks.AdaLoraAllocationName] = "true";
        }

        return config;
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
