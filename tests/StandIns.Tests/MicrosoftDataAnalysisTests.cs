using Microsoft.Data.Analysis;

namespace SpectralExperiments.Tests;

public sealed class MicrosoftDataAnalysisTests
{
    private static DataFrame Scores() => new(
        new StringDataFrameColumn("method", ["lora", "spectral", "lora", null!, "spectral"]),
        new Int32DataFrameColumn("seed", [0, 0, 1, 1, 1]),
        new DoubleDataFrameColumn("score", [80, 83, 82, 1000, null]));

    private static object?[] Cells(DataFrameColumn column, long rows)
    {
        var cells = new object?[rows];
        for (var row = 0L; row < rows; row++)
        {
            cells[row] = column[row];
        }

        return cells;
    }

    [Fact]
    public void A_frame_has_columns_and_rows()
    {
        var frame = Scores();

        Assert.Equal(5, frame.Rows.Count);
        Assert.Equal(["method", "seed", "score"], frame.Columns.Select(column => column.Name));
        Assert.Equal([typeof(string), typeof(int), typeof(double)], frame.Columns.Select(column => column.DataType));
        Assert.Equal(83.0, frame[1, 2]);
        Assert.Null(frame[3, 0]);
        Assert.Equal([80.0, 83.0, 82.0, 1000.0, null], Cells(frame.Columns[2], 5));
        Assert.Equal(0, new DataFrame().Rows.Count);
    }

    [Fact]
    public void Columns_of_another_length_or_a_known_name_are_refused()
    {
        var frame = Scores();

        Assert.Throws<ArgumentException>(() => frame.Columns.Add(new DoubleDataFrameColumn("loss", [1.0])));
        Assert.Throws<ArgumentException>(() => frame.Columns.Add(new DoubleDataFrameColumn("score", [1.0, 2, 3, 4, 5])));
        Assert.Throws<ArgumentNullException>(() => frame.Columns.Add(null!));
        Assert.Equal(3, frame.Columns.Count);
    }

    [Fact]
    public void Group_means_keep_the_order_of_the_keys_skip_null_keys_and_count_null_values_as_zero()
    {
        var means = Scores().GroupBy<string>("method").Mean("score");

        Assert.Equal(["method", "score"], means.Columns.Select(column => column.Name));
        Assert.Equal(["lora", "spectral"], Cells(means.Columns[0], means.Rows.Count));
        Assert.Equal([81.0, 41.5], Cells(means.Columns[1], means.Rows.Count));
    }

    [Fact]
    public void Groups_by_numbers_average_all_columns_unless_some_are_named()
    {
        var frame = new DataFrame(new Int32DataFrameColumn("seed", [4, 3, 4]), new Int64DataFrameColumn("count", [1L, 5L, 2L]));

        var means = frame.GroupBy<int>("seed").Mean();

        Assert.Equal([4, 3], Cells(means.Columns[0], 2));
        Assert.Equal([1.5, 5.0], Cells(means.Columns[1], 2));
        Assert.Throws<InvalidCastException>(() => frame.GroupBy<string>("seed"));
        Assert.Throws<ArgumentException>(() => frame.GroupBy<int>("rank"));
    }
}
