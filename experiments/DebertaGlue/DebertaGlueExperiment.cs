using System.Globalization;
using Reproduction;
using SpectralAdapters;
using SpectralAdapters.Factors;
using Tasks.Glue;
using Training;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>Section 4.1, Table 1: DeBERTaV3 fine-tuned on GLUE with every method.</summary>
internal sealed class DebertaGlueExperiment : Experiment
{
    /// <summary>The name of the passes over the training split among settings and configuration.</summary>
    public const string Epochs = "epochs";

    /// <summary>The name of the optimiser steps among settings and configuration.</summary>
    public const string MaxSteps = "max_steps";

    /// <summary>The name of the peak learning rate among settings and configuration.</summary>
    public const string LearningRate = "learning_rate";

    /// <summary>The name of the most tokens of a row among settings and configuration.</summary>
    public const string MaxLength = "max_length";

    // Three special tokens and something of each sentence.
    private const int ShortestMaxLength = 5;

    // Apart from the seeds of the results.
    private const int TuningSeed = 1000;

    private readonly Lazy<TunedLearningRates> tuned = new(TunedLearningRates.Load);
    private readonly InputDigests digests = new();

    public override string Id => "DebertaGlue";

    public override string Title => "DeBERTaV3 on GLUE";

    public override string PaperSection => "Section 4.1, Table 1";

    public override IReadOnlyList<Profile> Profiles { get; } =
    [
        new(GlueMaterials.MiniProfile, Seeds: 1, "a small DeBERTaV3 on generated tasks") { WithData = GlueMaterials.MiniDataProfile },
        new(GlueMaterials.MiniDataProfile, Seeds: 1, "the small DeBERTaV3 on the real tasks of --data"),
        new(TunedLearningRates.TuningProfile, Seeds: 1, "the grid of learning rates, on generated rows of its own, from which mini takes the one of lowest evaluation loss") { IsTuning = true },
        new(Profile.PaperName, Seeds: 1, "microsoft/deberta-v3-base with the published settings"),
    ];

    public override IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Of<double>(LearningRate, "peak learning rate; default: at paper the published one, at mini the one that the tuning chose"),
        Setting.Of<int>(Epochs, "passes over the training split; default: at paper the task's own, at mini as many as max_steps makes"),
        Setting.Of<int>(MaxSteps, "optimiser steps; default: at paper as many as epochs makes, at mini those of the profile"),
        Setting.Of<int>(MaxLength, "most tokens of a row, special tokens included; the longer sentence is cut first; default: no limit, at mini-data that of the profile"),
        .. GlueQuirks.Settings,
    ];

    public override bool UsesTokenizer => true;

    public override IReadOnlyList<string> Artefacts => ["table1"];

    public override IReadOnlyList<IFigure> Figures => GlueFigures.All;

    public override IReadOnlyList<string> Deviations(Profile profile, ExperimentOptions options) => GlueDeviations.Of(profile, options);

    public override IReadOnlyList<Trial> Trials(Profile profile, ExperimentOptions options)
    {
        if (profile.IsTuning && options.Settings.IsGiven(LearningRate))
        {
            throw new UserErrorException($"--set {LearningRate}: has no effect at profile {profile.Name}, which tries {TunedLearningRates.GridText(", ")}.");
        }

        new GlueMaterials(profile, options.Inputs).RefuseUnused();
        return
        [
            .. from task in GlueTask.All
               from method in GlueMethod.All
               from name in profile.IsTuning ? TunedLearningRates.Grid.Select(rate => TunedLearningRates.Variant(method.Id, rate)) : [method.Id]
               from seed in Enumerable.Range(profile.IsTuning ? TuningSeed : 0, profile.Seeds)
               let rank = method.Rank(GlueMaterials.Config(profile, task).HiddenSize)
               select new Trial(name, task.Name, rank, seed)
               {
                   Config = Describe(method, rank ?? 0, task.Name, Hyperparameters(profile, name, task.Name, options), profile, options),
               },
        ];
    }

    public override IReadOnlyDictionary<string, string> DescribeInputs(Trial trial, Profile profile, ExperimentOptions options) =>
        digests.Of(GlueTask.Parse(trial.Task), profile, options.Inputs);

    public override void Check(IReadOnlyList<Trial> trials, Profile profile, ExperimentOptions options)
    {
        foreach (var trial in trials)
        {
            try
            {
                TrainerConfig(Hyperparameters(profile, trial.Method, trial.Task, options), trial.Seed).Validate();
            }
            catch (ArgumentException exception)
            {
                throw new UserErrorException($"{trial.Label}: {exception.Message}", exception);
            }
        }

        using var onDevice = zeros(1, device: new Device(options.Device));
        new GlueMaterials(profile, options.Inputs).Check(trials.Select(trial => trial.Task).Distinct().Select(GlueTask.Parse));
    }

    public override TrialPlan Plan(Trial trial, Profile profile) => GluePlan.Of(trial, profile);

    public override TrialResult Run(Trial trial, TrialContext context, CancellationToken cancellation)
    {
        var (profile, options) = (context.Profile, context.Options);
        var task = GlueTask.Parse(trial.Task);
        var settings = Hyperparameters(profile, trial.Method, trial.Task, options);
        var materials = new GlueMaterials(profile, options.Inputs);
        var data = materials.Data(task);
        var tokens = new GlueTokens(data, materials.Tokenizer(), settings.MaxLength);

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
        try
        {
            var result = new Trainer(config).Fit(tuning, Path.Combine(context.CheckpointFolder, "training.safetensors"), progress, cancellation);
            // The tuning compares ends only; its curves would be most of its results.
            return GlueOutcome.Of(data, adapted.CountParameters(), result, tuning.MeanRank, withLossCurve: !profile.IsTuning);
        }
        catch (TrainingDivergedException exception) when (profile.IsTuning)
        {
            // A rate of the grid that is too high has been tried all the same.
            context.Log(exception.Message);
            return GlueOutcome.Diverged(task, config.TotalSteps(batches.BatchesPerEpoch));
        }
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
        // Full tuning of the published model writes three gigabytes.
        CheckpointSteps = settings.EvaluationSteps ?? 100,
        Seed = seed,
    };

    private GlueHyperparameters Hyperparameters(Profile profile, string name, string task, ExperimentOptions options)
    {
        var (method, rateOfGrid) = TunedLearningRates.Parse(name);
        var given = options.Settings;
        var settings = profile.IsPaperScale
            ? GlueHyperparameters.Published(method, task)
            : GlueHyperparameters.Mini(rateOfGrid ?? (given.IsGiven(LearningRate) ? given.Get(LearningRate, 0.0) : tuned.Value.Of(method, task)), task, new GlueMaterials(profile, options.Inputs).IsGenerated);
        if (given.IsGiven(Epochs) && given.IsGiven(MaxSteps))
        {
            throw new UserErrorException($"--set {Epochs} and {MaxSteps}: found both, expected one of them.");
        }

        if (given.IsGiven(MaxLength) && given.Get(MaxLength, 0) is < ShortestMaxLength and var found)
        {
            throw new UserErrorException(string.Create(CultureInfo.InvariantCulture, $"--set {MaxLength}={found}: expected {ShortestMaxLength} or more."));
        }

        settings = settings with
        {
            LearningRate = given.Get(LearningRate, settings.LearningRate),
            MaxLength = given.IsGiven(MaxLength) ? given.Get(MaxLength, 0) : settings.MaxLength,
        };
        return given.IsGiven(Epochs) ? settings with { Epochs = given.Get(Epochs, 0), MaxSteps = null }
            : given.IsGiven(MaxSteps) ? settings with { Epochs = null, MaxSteps = given.Get(MaxSteps, 0) }
            : settings;
    }

    private Dictionary<string, string> Describe(GlueMethod method, int rank, string task, GlueHyperparameters settings, Profile profile, ExperimentOptions options)
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
        };
        if (settings.Epochs is { } epochs)
        {
            config[Epochs] = Text(epochs);
        }
        else
        {
            config[MaxSteps] = Text(settings.MaxSteps!.Value);
        }

        if (settings.MaxLength is { } maxLength)
        {
            config[MaxLength] = Text(maxLength);
        }

        if (!profile.IsPaperScale && !profile.IsTuning && !options.Settings.IsGiven(LearningRate))
        {
            config["tuning_grid"] = TunedLearningRates.GridText(" ");
            config["tuning_steps"] = Text(tuned.Value.StepsOf(task));
            config["tuning_seed"] = tuned.Value.Seeds;
        }

        foreach (var (name, value) in method.Describe(rank, GlueTask.Parse(task), quirks))
        {
            config[name] = value;
        }

        // Only where it has an effect: a change must not make the records of the other methods unfit.
        if (quirks.AdaLoraAllocation && method.Id == "adalora")
        {
            config[GlueQuirks.AdaLoraAllocationName] = "true";
        }

        return config;
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
