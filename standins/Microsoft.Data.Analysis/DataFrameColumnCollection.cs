using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Linq;

namespace Microsoft.Data.Analysis;

/// <summary>The columns of a data frame: equal lengths, different names.</summary>
public class DataFrameColumnCollection : Collection<DataFrameColumn>
{
    internal DataFrameColumnCollection(IEnumerable<DataFrameColumn> columns)
    {
        foreach (var column in columns ?? throw new ArgumentNullException(nameof(columns)))
        {
            Add(column);
        }
    }

    protected override void InsertItem(int columnIndex, DataFrameColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        if (Count > 0 && column.Count != this[0].Count)
        {
            throw new ArgumentException("Column lengths are mismatched.", nameof(column));
        }

        if (this.Any(other => other.Name == column.Name))
        {
            throw new ArgumentException($"DataFrame already contains a column called {column.Name}.", nameof(column));
        }

        base.InsertItem(columnIndex, column);
    }
}
