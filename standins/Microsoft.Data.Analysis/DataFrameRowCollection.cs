namespace Microsoft.Data.Analysis;

/// <summary>The rows of a data frame.</summary>
public class DataFrameRowCollection
{
    private readonly DataFrame _dataFrame;

    internal DataFrameRowCollection(DataFrame dataFrame) => _dataFrame = dataFrame;

    public long Count => _dataFrame.Columns.Count == 0 ? 0 : _dataFrame.Columns[0].Count;
}
