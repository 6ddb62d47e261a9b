using System;
using System.Collections.Generic;
using System.Linq;

namespace Microsoft.Data.Analysis;

/// <summary>Columns of equal length, each with a name and a type.</summary>
public partial class DataFrame
{
    public DataFrame(IEnumerable<DataFrameColumn> columns)
    {
        Columns = new DataFrameColumnCollection(columns);
        Rows = new DataFrameRowCollection(this);
    }

    public DataFrame(params DataFrameColumn[] columns)
        : this((IEnumerable<DataFrameColumn>)columns)
    {
    }

    public DataFrameColumnCollection Columns { get; }

    public DataFrameRowCollection Rows { get; }

    public object this[long rowIndex, int columnIndex] => Columns[columnIndex][rowIndex];

    public GroupBy<TKey> GroupBy<TKey>(string columnName)
    {
        var column = Columns.SingleOrDefault(candidate => candidate.Name == columnName)
            ?? throw new ArgumentException($"{columnName} does not exist.", nameof(columnName));
        return column.DataType == typeof(TKey)
            ? new GroupBy<TKey>(this, column)
            : throw new InvalidCastException($"Column {columnName} holds {column.DataType}, not {typeof(TKey)}.");
    }
}
