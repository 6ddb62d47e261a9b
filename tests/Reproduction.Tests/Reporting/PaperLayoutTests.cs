using Reproduction.Published;
using Reproduction.Reporting;

namespace Reproduction.Tests.Reporting;

public sealed class PaperLayoutTests
{
    private static readonly Dictionary<string, string> Ranked = [];

    [Fact]
    public void The_measured_rank_stands_before_the_published_one_where_it_is_another()
    {
        ComparisonRow[] rows =
        [
            Row("lora", 24, "", PlannedRows.Share, 0.72, new MeasuredValue(0.7153, 24, 24, 0, null, "%")),
            Row("lora", 24, "rte", "accuracy", 81.22, new MeasuredValue(70.5, 6, 24, 3, 1.25, "%")) with
            {
                Reference = new MeasuredValue(69, 6, 24, 5, 1, "%"),
            },
            Row("oft", 4, "rte", "accuracy", 78.7, new MeasuredValue(60, 4, 4, 1, null, "%")),
            Row("dora", 24, "rte", "accuracy", 80.14, null),
        ];
        UnpublishedValue[] unpublished =
        [
            new("table1", "full", "", PlannedRows.Share, new MeasuredValue(100, null, null, 0, null, "%")),
            new("table1", "full", "rte", "accuracy", new MeasuredValue(75, null, null, 3, 0.5, "%"))
            {
                Reference = new MeasuredValue(74, null, null, 5, 1, "%"),
            },
            new("table2", "pretrained", "rte", "accuracy", new MeasuredValue(1, null, null, 1, null, "%")),
        ];

        var table = PaperLayout.Of(rows, unpublished, Ranked).Single();

        Assert.Equal("table1: measured [reference] (published)", table.Title);
        Assert.Equal(
            "| method | trainable share (%) | rte |\n| --- | --- | --- |\n"
            + "| lora r=6 (24) | 0.7153 planned (0.72) | 70.50 ± 1.25 [69.00] (81.22) |\n"
            + "| oft r=4 |  | 60.00 (78.70) |\n"
            + "| dora r=24 |  | – (80.14) |\n"
            + "| full | 100.00 planned | 75.00 ± 0.50 [74.00] |\n",
            table.Markdown());
    }

    [Fact]
    public void A_method_measured_at_several_ranks_has_a_line_for_each()
    {
        ComparisonRow[] rows =
        [
            Row("lora", 8, "", PlannedRows.Share, 0.72, null),
            Row("lora", 8, "rte", "accuracy", 81.22, null),
        ];
        var unpublished =
            from rank in (int[])[4, 8]
            from value in (UnpublishedValue[])
            [
                new("table1", "vera", "", PlannedRows.Share, new MeasuredValue(rank / 10.0, rank, rank, 0, null, "%")),
                new("table1", "vera", "rte", "accuracy", new MeasuredValue(70 + rank, rank, rank, 1, null, "%")),
            ]
            select value;

        var table = PaperLayout.Of(rows, unpublished, Ranked).Single().Markdown();

        Assert.EndsWith("| vera r=4 | 0.40 planned | 74.00 |\n| vera r=8 | 0.80 planned | 78.00 |\n", table, StringComparison.Ordinal);
    }

    [Fact]
    public void The_columns_of_a_part_stand_in_the_order_of_the_whole()
    {
        ComparisonRow[] whole =
        [
            Row("lora", 8, "", PlannedRows.Share, 0.72, null), Row("lora", 8, "mrpc", "accuracy", 87, null),
            Row("lora", 8, "rte", "accuracy", 81.22, null), Row("dora", 8, "", PlannedRows.Share, 0.73, null),
            Row("dora", 8, "mrpc", "accuracy", 88.72, null), Row("dora", 8, "rte", "accuracy", 80.14, null),
        ];

        var table = PaperLayout.Of([whole[2], whole[3], whole[4]], [], Ranked, whole).Single();

        Assert.StartsWith("| method | trainable share (%) | mrpc | rte |\n", table.Markdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_of_tasks_that_cannot_rank_methods_are_marked_and_explained()
    {
        ComparisonRow[] rows = [Row("lora", 8, "rte", "accuracy", 81.22, null), Row("lora", 8, "cola", "matthews", 65.84, null)];
        var unranked = new Dictionary<string, string> { ["rte"] = "at chance" };

        Assert.StartsWith("| method | rte † | cola |\n", PaperLayout.Of(rows, [], unranked).Single().Markdown(), StringComparison.Ordinal);
        Assert.Equal("† Left out of claims and averages: rte, at chance.", PaperLayout.UnrankedNote(unranked));
        Assert.Null(PaperLayout.UnrankedNote(Ranked));
    }

    [Fact]
    public void Gains_are_differences_of_the_seeds_that_both_methods_have()
    {
        ComparisonRow[] rows = [Row("lora", 8, "rte", "accuracy", 81.22, null), Row("lora", 8, "", PlannedRows.Share, 0.7, null)];
        ResultRow[] measured =
        [
            Value("head-only", 0, 60), Value("head-only", 1, 62), Value("lora", 0, 70), Value("lora", 1, 70), Value("lora", 2, 10),
            Value("dora", 0, 59), Value("oft", 5, 80), Value("lora", 0, 1) with { Metric = "f1" },
        ];
        var gains = Gains.Over("head-only", measured, [.. rows.Select(row => row.Published)]).ToList();

        var table = PaperLayout.Gains(Summary(rows) with { FloorMethod = "head-only", Gains = gains }).Single();

        // Differences 10 and 8: half of Student's interval with one degree of freedom is 12.706 times 1.
        Assert.Equal("table1: gain over head-only", table.Title);
        Assert.Equal("| method | rte |\n| --- | --- |\n| lora r=8 | +9.00 ± 12.7062 |\n| dora r=8 | -1.00 |\n", table.Markdown());

        static ResultRow Value(string method, int seed, double value) =>
            new("Fake", "small", method, method == "head-only" ? null : 8, "rte", seed, null, "accuracy", value, null, null, "%");
    }

    private static ExperimentSummary Summary(IReadOnlyList<ComparisonRow> rows) => new()
    {
        Experiment = "Fake", Title = "", PaperSection = "", Profile = new Profile("small", 1, ""), Comparison = rows, Unpublished = [],
        FloorMethod = null, Gains = [], Unranked = Ranked, Claims = [], Figures = [], Pictures = [],
        Deviations = [], Failures = [], Provenance = [],
    };

    private static ComparisonRow Row(string method, int rank, string task, string metric, double value, MeasuredValue? measured) => new(
        new PublishedValue("table1", method, rank, task, null, metric, value, 2, null, null, "%", "here", "V"),
        measured,
        new Verdict(VerdictKind.NotComparable));
}
