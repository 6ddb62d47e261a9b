using System;

namespace Microsoft.Data.Analysis;

/// <summary>The rows of a data frame.</summary>
public class DataFrameRowCollection
{
    private readonly DataFrame _dataFrame;

    internal DataFrameRowCollection(DataFrame dataFrame) =>
        _dataFrame = dataFrame ?? throw new ArgumentNullException(nameof(dataFrame));

    public long Count => _dataFrame.Columns.RowCount;
}
