namespace SpectralAdapters.Tests;

public sealed class ColumnSelectionTests
{
    public static TheoryData<ColumnSelection, string, long[]> Selections => new()
    {
        { ColumnSelection.Top(3), "top:3", [0, 1, 2] },
        { ColumnSelection.Bottom(2), "bottom:2", [8, 9] },
        { ColumnSelection.Skip(4, 3), "skip:4:3", [4, 5, 6] },
        { ColumnSelection.Block(2, 3), "block:2:3", [6, 7, 8] },
        { ColumnSelection.List(7, 0, 3), "list:7,0,3", [7, 0, 3] },
    };

    [Theory]
    [MemberData(nameof(Selections))]
    public void Names_the_columns_and_reads_its_own_notation(ColumnSelection columns, string notation, long[] indices)
    {
        Assert.Equal(indices, columns.Indices(10));
        Assert.Equal(notation, columns.ToString());
        Assert.Equal(columns, ColumnSelection.Parse(notation));
        Assert.Equal(indices.Length, columns.Count);
    }

    [Theory]
    [InlineData("top")]
    [InlineData("top:0")]
    [InlineData("top:-1")]
    [InlineData("middle:3")]
    [InlineData("list:")]
    [InlineData("list:1,1")]
    [InlineData("skip:3")]
    [InlineData("top:99999999999999999999")]
    public void Refuses_other_texts(string text)
    {
        var error = Assert.Throws<FormatException>(() => ColumnSelection.Parse(text));
        Assert.Contains($"'{text}'", error.Message);
    }

    [Fact]
    public void Refuses_columns_that_do_not_exist()
    {
        var error = Assert.Throws<ArgumentException>(() => ColumnSelection.Block(2, 4).Indices(10));
        Assert.Contains("block:2:4", error.Message);
        Assert.Contains("10", error.Message);
        Assert.Throws<ArgumentException>(() => ColumnSelection.Bottom(11).Indices(10));
    }

    [Theory]
    [InlineData("top:4294967304")]
    [InlineData("bottom:4294967304")]
    [InlineData("skip:4294967296:8")]
    [InlineData("skip:9223372036854775807:8")]
    [InlineData("block:2305843009213693952:8")]
    [InlineData("block:1:9223372036854775807")]
    [InlineData("list:4294967296")]
    public void Numbers_beyond_32_bits_are_no_columns(string columns) =>
        Assert.Contains("do not exist", Assert.Throws<ArgumentException>(() => ColumnSelection.Parse(columns).Indices(16)).Message);
}
