using Microsoft.Data.Analysis;

namespace SpectralExperiments.Tests;

public sealed class MicrosoftDataAnalysisTests
{
    private static DataFrame Scores() => new(
        new StringDataFrameColumn("method", ["lora", "spectral", "lora", null!, "spectral"]),
        new Int32DataFrameColumn("seed", [0, 0, 1, 1, 1]),
        new DoubleDataFrameColumn("score", [80, 83, 82, 1000, null]));

    [Fact]
    public void A_frame_has_columns_by_name_and_index_and_rows()
    {
        var frame = Scores();

        Assert.Equal(5, frame.Rows.Count);
        Assert.Equal(3, frame.Columns.Count);
        Assert.Equal(2, frame.Columns.IndexOf("score"));
        Assert.Equal(-1, frame.Columns.IndexOf("Score"));
        Assert.Equal(typeof(double), frame.Columns["score"].DataType);
        Assert.Equal(1, frame.Columns["score"].NullCount);
        Assert.Equal(83.0, frame[1, 2]);
        Assert.Null(frame[3, 0]);
        Assert.Throws<ArgumentException>(() => frame.Columns["loss"]);
    }

    [Fact]
    public void Columns_of_another_length_or_a_known_name_are_refused()
    {
        var frame = Scores();

        Assert.Throws<ArgumentException>(() => frame.Columns.Add(new DoubleDataFrameColumn("loss", [1.0])));
        Assert.Throws<ArgumentException>(() => frame.Columns.Add(new DoubleDataFrameColumn("score", [1.0, 2, 3, 4, 5])));
        Assert.Equal(3, frame.Columns.Count);
    }

    [Fact]
    public void Values_can_be_set_and_appended()
    {
        var column = new DoubleDataFrameColumn("score", [1.0, 2.0]);
        column.Append(null);
        column[0] = 5;
        ((DataFrameColumn)column)[1] = 7;

        Assert.Equal(new double?[] { 5, 7, null }, column);
        Assert.Equal(3, column.Length);
        Assert.Throws<ArgumentException>(() => ((DataFrameColumn)new StringDataFrameColumn("task", ["rte"]))[0] = 3);
    }

    [Fact]
    public void Group_means_keep_the_order_of_the_keys_skip_null_keys_and_count_null_values_as_zero()
    {
        var means = Scores().GroupBy<string>("method").Mean("score");

        Assert.Equal(["method", "score"], means.Columns.Select(column => column.Name));
        Assert.Equal(["lora", "spectral"], (StringDataFrameColumn)means.Columns["method"]);
        Assert.Equal([81.0, 41.5], ((PrimitiveDataFrameColumn<double>)means.Columns["score"]).Select(value => value!.Value));
    }

    [Fact]
    public void Groups_by_numbers_average_all_columns_unless_some_are_named()
    {
        var frame = new DataFrame(new Int32DataFrameColumn("seed", [4, 3, 4]), new Int64DataFrameColumn("count", [1L, 5L, 2L]));

        var means = frame.GroupBy<int>("seed").Mean();

        Assert.Equal(4, means[0, 0]);
        Assert.Equal(1.5, means[0, 1]);
        Assert.Equal(5.0, means[1, 1]);
        Assert.Throws<InvalidCastException>(() => frame.GroupBy<string>("seed"));
        Assert.Throws<ArgumentException>(() => frame.GroupBy("rank"));
    }
}
