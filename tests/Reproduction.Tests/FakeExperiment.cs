using System.Globalization;

namespace Reproduction.Tests;

/// <summary>An experiment whose values follow from its trials by arithmetic, with trials that fail and crash on demand.</summary>
internal sealed class FakeExperiment : Experiment<FakeSpec>
{
    public static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47];

    private const int Steps = 4;

    public override string Id => "Fake";

    public override string Title => "A fake experiment";

    public override string PaperSection => "Section 0";

    public override IReadOnlyList<Profile> Profiles { get; } =
    [
        new("mini", 2, "small") { WithData = "mini-data" },
        new("mini-data", 1, "small, on files"),
        new("mini-sweep", 1, "small, to choose settings") { IsSweep = true },
        new(Profile.PaperName, 1, "as published"),
        new("broken", 1, "trials that fail or crash"),
        new("sweep", 1, "twelve trials of which one fails"),
        new("growing", 1, "a trial that leads to another one, with pictures and outputs"),
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

    public override IEnumerable<(Trial Trial, FakeSpec Spec)> Trials(RunOptions options) =>
        from method in Methods(options)
        from task in options.Profile.Name == "sweep"
            ? ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10", "t11"]
            : (string[])["rte", "mrpc"]
        from seed in Enumerable.Range(0, options.Profile.Seeds)
        from rank in options.Profile.Name == "growing" ? Ranks(options) : [8]
        select (
            new Trial(task == "t7" ? "throwing" : method, task, rank, seed) { PublishedRank = 8 },
            new FakeSpec(options.Settings.Get("learning_rate", 0.5)));

    public override IReadOnlyDictionary<string, string> DescribeInputs(FakeSpec spec, RunOptions options)
    {
        if (options.Profile.Name != "mini-data")
        {
            return new Dictionary<string, string>();
        }

        var rows = options.Inputs.Data is { } data ? Path.Combine(data, "rows.txt") : "";
        return new Dictionary<string, string> { ["data_sha256"] = File.Exists(rows) ? File.ReadAllText(rows) : Trial.Unavailable };
    }

    // A further rank once there are results, up to 4.
    private static int[] Ranks(RunOptions options) =>
        [1, .. (options.Results.Own("growing")?.Rows ?? []).Select(row => 2 * row.Rank!.Value).Where(rank => rank <= 4).Distinct().Order()];

    private static string[] Methods(RunOptions options) => options.Profile.Name switch
    {
        "broken" => ["good", "throwing", "crashing"],
        "sweep" or "growing" => ["good"],
        _ => ["lora", "spectral-a"],
    };

    public override void Check(IReadOnlyList<(Trial Trial, FakeSpec Spec)> trials, RunOptions options)
    {
        if (options.Device == "missing")
        {
            throw new UserErrorException("--device missing: there is none.");
        }
    }

    public override TrialPlan Plan(FakeSpec spec) => new(1_327_104, 1_538, 185_751_554, 1L << 31, 1e12);

    public override TrialResult Run(FakeSpec spec, TrialContext context, CancellationToken cancellation)
    {
        var trial = context.Trial;
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

        var needed = context.Shared("what all need", folder => File.WriteAllText(Path.Combine(folder, "made.txt"), trial.Key));
        context.Log($"uses {File.ReadAllText(Path.Combine(needed, "made.txt"))}");
        if (context.Options.Profile.Name == "growing")
        {
            File.WriteAllText(Path.Combine(context.OutputFolder, "adapter.txt"), trial.Key);
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
            Predictions = [new Predictions("accuracy", PredictionScore.Accuracy, [1, 0, 1], [1, 1, 1])],
            Pictures = context.Options.Profile.Name == "growing" ? [new Picture("smile", Png)] : [],
            Outputs = context.Options.Profile.Name == "growing" ? ["adapter.txt"] : [],
            Facts = new Dictionary<string, string> { ["data_sha256"] = "abc" },
        };
    }

    public override IReadOnlyList<string> Deviations(RunOptions options) =>
        options.Profile.IsPaperScale ? [] : [$"{options.Profile.Name} runs a small model"];

    public override IReadOnlyList<string> Notes(IReadOnlyList<Trial> trials, RunOptions options) => ["a note before the run"];

    public override IEnumerable<ResultRow> Derive(IReadOnlyList<ResultRow> rows) => rows
        .Where(row => row.Metric == "accuracy")
        .GroupBy(row => (row.Method, row.Rank, row.Seed))
        .Select(group =>
            group.First() with { Task = "avg", Metric = "score", Value = group.Average(row => row.Value), N = null, StandardError = null });
}
