using Reproduction;
using Reproduction.Figures;
using Reproduction.Published;

namespace SpectralExperiments.Tests;

/// <summary>One recipe of each kind, with synthetic results in the shape of the paper's.</summary>
internal static class Samples
{
    private static readonly string[] Methods = ["full", "lora", "dora", "oft", "adalora", "spectral-a"];

    /// <summary>Final training losses of Figure 1, left.</summary>
    private static readonly double[] FinalLoss = [.298, .366, .362, .377, .444, .322];

    /// <summary>Table 1, one row a method from LoRA on, one column a task and the average.</summary>
    private static readonly double[][] Glue =
    [
        [88.87, 95.06, 87.00, 65.84, 91.87, 91.45, 81.22, 90.43, 86.47],
        [88.91, 95.29, 88.72, 65.84, 92.01, 91.51, 80.14, 90.10, 86.57],
        [89.16, 95.06, 87.74, 66.75, 93.28, 91.33, 78.70, 89.72, 86.47],
        [89.44, 94.95, 89.70, 63.06, 93.17, 91.48, 83.75, 91.22, 87.10],
        [89.79, 95.75, 90.19, 69.44, 93.35, 91.65, 83.39, 90.64, 88.03],
    ];

    private static readonly BarGroup[] GlueTasks =
    [
        new("mnli", "accuracy", "MNLI"), new("sst2", "accuracy", "SST-2"), new("mrpc", "accuracy", "MRPC"), new("cola", "matthews", "CoLA"),
        new("qnli", "accuracy", "QNLI"), new("qqp", "accuracy", "QQP"), new("rte", "accuracy", "RTE"), new("stsb", "pearson", "STS-B"),
        new("average", "score", "Avg"),
    ];

    public static IReadOnlyList<(FigureRecipe Recipe, ResultSet Results)> All =>
    [
        (new TrainingCurveFigure(
            "fig1-loss", "Training loss, Llama 3 8B on Orca-Math",
            "Section 1, Figure 1 (left)", "training_loss", "training loss"), Losses()),
        (new ScoreByStepFigure("fig1-gsm8k", "GSM8K accuracy by checkpoint", "Section 1, Figure 1 (right)", "accuracy", "accuracy (%)"),
            Scores()),
        (new GroupedBarFigure("table1-bars", "DeBERTaV3-base on GLUE", "Section 4.1, Table 1", "score (%)", GlueTasks) { Baseline = 50 },
            GlueResults()),
        (new BudgetScoreFigure(
            "fig6-budget", "Vase: alignment score by parameter budget",
            "Section 4.3, Figure 6", "alignment", "alignment score"), Budgets()),
        (new SingularValueFigure(
            "spectrum", "Singular values of the update of one matrix", "Section 3", "singular_value", "singular value"), Spectra()),
        (new MethodFigure("method", "What each method trains of a pretrained weight W", "Section 2, Figure 2"), Set([])),
    ];

    /// <summary>The samples that draw results.</summary>
    public static IEnumerable<(FigureRecipe Recipe, ResultSet Results)> OfResults => All.Where(sample => sample.Results.Rows.Count > 0);

    public static ResultRow Row(
        string method, double value, string metric = "accuracy", string task = "rte",
        int? seed = 0, int? step = null, int? rank = 8, double? standardError = null) =>
        new("Sample", "mini", method, rank, task, seed, step, metric, value, null, standardError, "");

    public static PublishedValue PublishedRow(
        string method, double value, string metric = "accuracy", string task = "rte",
        int? step = null, int? rank = 8, double? standardError = null, double? readingError = null) =>
        new("sample", method, rank, task, step, metric, value, 2, standardError, readingError, "", "synthetic", "D");

    public static ResultSet Set(IEnumerable<ResultRow> rows, IEnumerable<PublishedValue>? published = null, string profile = "mini") =>
        new("Sample", profile, [.. rows], [.. published ?? []]);

    private static ResultSet Losses()
    {
        var random = new Random(1);
        List<ResultRow> rows = [];
        List<PublishedValue> published = [];
        foreach (var (m, method) in Methods.Index())
        {
            for (var step = 0; step <= 1240; step += 5)
            {
                for (var seed = 0; seed < 3; seed++)
                {
                    rows.Add(
                        Row(method, Loss(m, step) * (1 + (0.03 * (random.NextDouble() - 0.5))), "training_loss", "orca-math", seed, step));
                }
            }

            published.AddRange(((int[])[50, 100, 200, 300, 400, 500, 600, 800, 1000, 1200])
                .Select(step => PublishedRow(method, Loss(m, step) * 1.02, "training_loss", "orca-math", step)));
        }

        return Set(rows, published, Profile.PaperName);

        static double Loss(int method, int step) =>
            FinalLoss[method] + ((0.64 - FinalLoss[method]) * Math.Exp(-step / (140.0 + (60 * method))));
    }

    private static ResultSet Scores()
    {
        var random = new Random(2);
        int[] steps = [100, 300, 500, 700, 900, 1100];
        double[] last = [61.7, 56.6, 56.1, 56.8, 54.3, 60.6];
        return Set(
            from m in Enumerable.Range(0, Methods.Length)
            from step in steps
            select Row(
                Methods[m], last[m] - (4 * Math.Exp(-step / 400.0)) + random.NextDouble(), task: "gsm8k", step: step, standardError: 1.3),
            from m in Enumerable.Range(0, Methods.Length)
            from step in steps
            select PublishedRow(Methods[m], last[m] - (5 * Math.Exp(-step / 300.0)), task: "gsm8k", step: step, readingError: 0.1),
            Profile.PaperName);
    }

    private static ResultSet GlueResults()
    {
        var random = new Random(3);
        return Set(
            from m in Enumerable.Range(0, Glue.Length)
            from t in Enumerable.Range(0, GlueTasks.Length)
            from seed in Enumerable.Range(0, 3)
            select Row(Methods[m + 1], Glue[m][t] - 4 - (2 * random.NextDouble()), GlueTasks[t].Metric, GlueTasks[t].Task, seed, rank: 24),
            from m in Enumerable.Range(0, Glue.Length)
            from t in Enumerable.Range(0, GlueTasks.Length)
            select PublishedRow(Methods[m + 1], Glue[m][t], GlueTasks[t].Metric, GlueTasks[t].Task, rank: 24));
    }

    /// <summary>Figure 6 with the exact parameter counts of each rank.</summary>
    private static ResultSet Budgets()
    {
        (string Method, int? Rank, int Parameters, double Score)[] values =
        [
            ("oft", 64, 29_670, 0.74), ("oft", 32, 118_680, 0.80), ("oft", 16, 474_720, 0.84), ("oft", 8, 1_898_880, 0.85),
            ("lidb", 1, 26_400, 0.71), ("lidb", 16, 422_400, 0.83), ("lidb", 32, 844_800, 0.84), ("svdiff", null, 130_560, 0.79),
            ("lora", 1, 273_024, 0.84), ("lora", 2, 546_048, 0.84), ("lora", 3, 819_072, 0.85),
            ("vera", 1, 136_880, 0.80), ("vera", 1024, 316_928, 0.80), ("vera", 4096, 857_600, 0.83),
            ("spectral-r", 2, 1_760, 0.75), ("spectral-r", 8, 23_936, 0.82), ("spectral-r", 24, 206_976, 0.83),
            ("spectral-r", 32, 366_080, 0.84), ("spectral-r", 40, 570_240, 0.85),
        ];
        var random = new Random(4);
        return Set(
            values.SelectMany(value => (ResultRow[])
            [
                Row(
                    value.Method, value.Score - 0.05 + (0.02 * random.NextDouble()),
                    "alignment", "vase", rank: value.Rank, standardError: 0.004),
                Row(value.Method, value.Parameters, "trainable_parameters", "", null, rank: value.Rank),
            ]),
            values.Select(value => PublishedRow(value.Method, value.Score, "alignment", "vase", rank: value.Rank)));
    }

    private static ResultSet Spectra() => Set(
        from m in Enumerable.Range(0, Methods.Length)
        from seed in Enumerable.Range(0, 3)
        from index in Enumerable.Range(1, 32)
        select Row(Methods[m], (1 + (0.1 * seed)) * (m + 1) * Math.Exp(-index / (3.0 + m)), "singular_value", "q_proj", seed, index));
}
