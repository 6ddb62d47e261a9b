using Reproduction.Published;
using Reproduction.Reporting;

namespace Reproduction.Tests.Reporting;

public sealed class PaperLayoutTests
{
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

        var table = PaperLayout.Of(rows, unpublished).Single();

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

        var table = PaperLayout.Of(rows, unpublished).Single().Markdown();

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

        var table = PaperLayout.Of([whole[2], whole[3], whole[4]], [], whole).Single();

        Assert.StartsWith("| method | trainable share (%) | mrpc | rte |\n", table.Markdown(), StringComparison.Ordinal);
    }

    private static ComparisonRow Row(string method, int rank, string task, string metric, double value, MeasuredValue? measured) => new(
        new PublishedValue("table1", method, rank, task, null, metric, value, 2, null, null, "%", "here", "V"),
        measured,
        new Verdict(VerdictKind.NotComparable));
}
