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

    internal long RowCount => Count == 0 ? 0 : this[0].Length;

    public DataFrameColumn this[string columnName] => IndexOf(columnName) is var index and not -1
        ? this[index]
        : throw new ArgumentException($"{columnName} does not exist.", nameof(columnName));

    public int IndexOf(string columnName)
    {
        for (var i = 0; i < Count; i++)
        {
            if (this[i].Name == columnName)
            {
                return i;
            }
        }

        return -1;
    }

    protected override void InsertItem(int columnIndex, DataFrameColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        if (Count > 0 && column.Length != RowCount)
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
