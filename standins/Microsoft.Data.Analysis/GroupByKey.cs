using System;
using System.Collections.Generic;
using System.Linq;

namespace Microsoft.Data.Analysis;

/// <summary>The rows of a data frame grouped by the values of a column of type <typeparamref name="TKey"/>.</summary>
public class GroupBy<TKey> : GroupBy
{
    private readonly DataFrame _dataFrame;
    private readonly int _groupByColumnIndex;
    private readonly IDictionary<TKey, ICollection<long>> _keyToRowIndices;

    public GroupBy(DataFrame dataFrame, int groupByColumnIndex, IDictionary<TKey, ICollection<long>> keyToRowIndices)
    {
        _dataFrame = dataFrame ?? throw new ArgumentException(nameof(dataFrame));
        _keyToRowIndices = keyToRowIndices ?? throw new ArgumentException(nameof(keyToRowIndices));
        _groupByColumnIndex = groupByColumnIndex >= 0 && groupByColumnIndex < dataFrame.Columns.Count
            ? groupByColumnIndex
            : throw new ArgumentException(nameof(groupByColumnIndex));
    }

    /// <summary>The means: a null counts as 0 in the sum and as a row in the count, as in the real package.</summary>
    public override DataFrame Mean(params string[] columnNames)
    {
        var keys = _dataFrame.Columns[_groupByColumnIndex].CloneEmpty();
        foreach (var key in _keyToRowIndices.Keys)
        {
            keys.AppendObject(key);
        }

        var names = columnNames is null or [] ? _dataFrame.Columns.Select(column => column.Name) : columnNames;
        var means = names
            .Where(name => _dataFrame.Columns.IndexOf(name) != _groupByColumnIndex)
            .Select(name => (DataFrameColumn)new PrimitiveDataFrameColumn<double>(name, _keyToRowIndices.Values.Select(rows => Mean(_dataFrame.Columns[name], rows))));
        return new DataFrame([keys, .. means]);
    }

    private static double Mean(DataFrameColumn column, ICollection<long> rows) => column is StringDataFrameColumn
        ? throw new NotSupportedException()
        : rows.Sum(row => column[row] is { } value ? Convert.ToDouble(value) : 0) / rows.Count;
}
