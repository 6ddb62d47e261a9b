using System.Globalization;

namespace Reproduction.Tests;

/// <summary>An experiment whose values follow from its trials by arithmetic, with trials that fail and crash on demand.</summary>
internal sealed class FakeExperiment : Experiment
{
    private const int Steps = 4;

    public override string Id => "Fake";

    public override string Title => "A fake experiment";

    public override string PaperSection => "Section 0";

    public override IReadOnlyList<Profile> Profiles { get; } =
    [
        new("mini", 2, "small") { WithData = "mini-data" },
        new("mini-data", 1, "small, on files"),
        new("tuning", 1, "small, to choose settings") { IsTuning = true },
        new(Profile.PaperName, 1, "as published"),
        new("broken", 1, "trials that fail or crash"),
        new("sweep", 1, "twelve trials of which one fails"),
    ];

    public override IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Of<double>("learning_rate", "the rate; default 0.5"),
        Setting.Of<int>("milliseconds", "how long a step takes; default 0"),
        Setting.Of<bool>("heal", "whether broken trials succeed"),
    ];

    public override IReadOnlyList<string> Artefacts => ["fake"];

    public FakeFigure Figure { get; } = new();

    public override IReadOnlyList<IFigure> Figures => [Figure];

    public List<string> Ran { get; } = [];

    public Action<Trial, int>? BeforeStep { get; set; }

    public override IReadOnlyList<Trial> Trials(Profile profile, ExperimentOptions options) =>
    [
        .. from method in Methods(profile)
           from task in profile.Name == "sweep" ? ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10", "t11"] : (string[])["rte", "mrpc"]
           from seed in Enumerable.Range(0, profile.Seeds)
           select new Trial(task == "t7" ? "throwing" : method, task, 8, seed)
           {
               Config = new Dictionary<string, string>
               {
                   ["learning_rate"] = options.Settings.Get("learning_rate", 0.5).ToString(CultureInfo.InvariantCulture),
               },
           },
    ];

    public override IReadOnlyDictionary<string, string> DescribeInputs(Trial trial, Profile profile, ExperimentOptions options)
    {
        if (profile.Name != "mini-data")
        {
            return new Dictionary<string, string>();
        }

        var rows = options.Inputs.Data is { } data ? Path.Combine(data, "rows.txt") : "";
        return new Dictionary<string, string> { ["data_sha256"] = File.Exists(rows) ? File.ReadAllText(rows) : Trial.NotAtHand };
    }

    private static string[] Methods(Profile profile) => profile.Name switch
    {
        "broken" => ["good", "throwing", "crashing"],
        "sweep" => ["good"],
        _ => ["lora", "spectral-a"],
    };

    public override void Check(IReadOnlyList<Trial> trials, Profile profile, ExperimentOptions options)
    {
        if (options.Device == "missing")
        {
            throw new UserErrorException("--device missing: there is none.");
        }
    }

    public override TrialPlan Plan(Trial trial, Profile profile) => new(1_327_104, 1_538, 185_751_554, 1L << 31, 1e12);

    public override TrialResult Run(Trial trial, TrialContext context, CancellationToken cancellation)
    {
        Ran.Add(trial.Key);
        var checkpoint = Path.Combine(context.CheckpointFolder, "step.txt");
        var step = File.Exists(checkpoint) ? int.Parse(File.ReadAllText(checkpoint), CultureInfo.InvariantCulture) : 0;
        context.Log($"starts at step {step}");
        for (; step < Steps; step++)
        {
            BeforeStep?.Invoke(trial, step);
            context.Progress.Report(new TrialProgress(step, Steps, "working"));
            cancellation.WaitHandle.WaitOne(context.Options.Settings.Get("milliseconds", 0));
            cancellation.ThrowIfCancellationRequested();
            File.WriteAllText(checkpoint + ".new", (step + 1).ToString(CultureInfo.InvariantCulture));
            File.Move(checkpoint + ".new", checkpoint, overwrite: true);
        }

        if (!context.Options.Settings.Get("heal", false))
        {
            switch (trial.Method)
            {
                case "throwing":
                    throw new InvalidDataException("The loss is not a number, at step 3.");
                case "crashing":
                    Console.Error.WriteLine("out of memory");
                    Environment.Exit(137);
                    break;
            }
        }

        // The methods' differences spread over the seeds, as real ones do.
        var value = 50 + (trial.Seed * (1 + (1e-6 * trial.Method.Length))) + (trial.Method.Length / 10.0) + (1.0 / 3);
        return new TrialResult(
        [
            new MetricRow("accuracy", value, "%", N: 277, StandardError: 2.5),
            new MetricRow("training_loss", 0.5, Step: 1),
            new MetricRow("training_loss", 0.25, Step: 2),
        ])
        {
            Predictions = [new Predictions("accuracy", [1, 0, 1], [1, 1, 1])],
            Facts = new Dictionary<string, string> { ["data_sha256"] = "abc" },
        };
    }

    public override IReadOnlyList<string> Deviations(Profile profile, ExperimentOptions options) => profile.IsPaperScale ? [] : [$"{profile.Name} runs a small model"];

    public override IEnumerable<ResultRow> Derive(IReadOnlyList<ResultRow> rows) => rows
        .Where(row => row.Metric == "accuracy")
        .GroupBy(row => (row.Method, row.Rank, row.Seed))
        .Select(group => group.First() with { Task = "avg", Metric = "score", Value = group.Average(row => row.Value), N = null, StandardError = null });
}
