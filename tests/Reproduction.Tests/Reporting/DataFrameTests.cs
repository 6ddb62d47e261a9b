using Microsoft.Data.Analysis;

namespace Reproduction.Tests.Reporting;

/// <summary>What the tables rely on in Microsoft.Data.Analysis.</summary>
public sealed class DataFrameTests
{
    [Fact]
    public void A_frame_keeps_types_order_and_missing_cells()
    {
        var frame = new DataFrame(
            new StringDataFrameColumn("method", ["lora", null!]),
            new Int32DataFrameColumn("rank", (int?[])[null, 8]),
            new Int64DataFrameColumn("parameters", [1L << 40, 1]),
            new DoubleDataFrameColumn("score", (double?[])[80.5, null]));

        Assert.Equal(2, frame.Rows.Count);
        Assert.Equal([("method", typeof(string)), ("rank", typeof(int)), ("parameters", typeof(long)), ("score", typeof(double))],
            frame.Columns.Select(column => (column.Name, column.DataType)));
        Assert.Equal(["lora", null, 1L << 40, 80.5], frame.Columns.Select(column => column[0]));
        Assert.Equal([null, 8, 1L, null], frame.Columns.Select(column => column[1]));
    }

    [Fact]
    public void Means_of_groups_are_those_of_their_values_in_the_order_of_their_first_ones()
    {
        var means = new DataFrame(
            new StringDataFrameColumn("cell", ["z", "a", "z", "a", "a"]),
            new DoubleDataFrameColumn("value", [80.0, 1, 83, 2, 6])).GroupBy<string>("cell").Mean("value");

        Assert.Equal(["cell", "value"], means.Columns.Select(column => column.Name));
        var rows = Enumerable.Range(0, (int)means.Rows.Count).Select(row => ((string)means[row, 0], (double)means[row, 1]));
        Assert.Equal([("z", 81.5), ("a", 3.0)], rows);
    }
}
