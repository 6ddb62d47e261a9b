using System;
using System.Collections.Generic;

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

    public object this[long rowIndex, int columnIndex]
    {
        get => Columns[columnIndex][rowIndex];
        set => Columns[columnIndex][rowIndex] = value;
    }

    public GroupBy GroupBy(string columnName)
    {
        var columnIndex = Columns.IndexOf(columnName);
        if (columnIndex == -1)
        {
            throw new ArgumentException($"{columnName} does not exist.", nameof(columnName));
        }

        return Columns[columnIndex].GroupBy(columnIndex, this);
    }

    public GroupBy<TKey> GroupBy<TKey>(string columnName) =>
        GroupBy(columnName) as GroupBy<TKey>
        ?? throw new InvalidCastException($"Column {columnName} holds {Columns[columnName].DataType}, not {typeof(TKey)}.");
}
