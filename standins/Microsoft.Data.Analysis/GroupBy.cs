using System;
using System.Collections.Generic;
using System.Linq;

namespace Microsoft.Data.Analysis;

/// <summary>The rows of a data frame grouped by the values of a column of type <typeparamref name="TKey"/>.</summary>
public class GroupBy<TKey>
{
    private readonly DataFrame _dataFrame;
    private readonly DataFrameColumn _column;

    internal GroupBy(DataFrame dataFrame, DataFrameColumn column) => (_dataFrame, _column) = (dataFrame, column);

    /// <summary>
    /// The groups in the order in which their keys first appear, without the rows whose key is null; in the means a null
    /// counts as a row but adds nothing, as in the real package.
    /// </summary>
    public DataFrame Mean(params string[] columnNames)
    {
        var groups = Enumerable.Range(0, _column.Count).Where(row => _column[row] is not null).GroupBy(row => _column[row]).ToList();
        var names = columnNames is null or [] ? _dataFrame.Columns.Select(column => column.Name) : columnNames;
        var means = names.Where(name => name != _column.Name).Select(name =>
        {
            var column = _dataFrame.Columns.Single(candidate => candidate.Name == name);
            return (DataFrameColumn)new PrimitiveDataFrameColumn<double>(name, groups.Select(group => group.Sum(row => Number(column[row])) / group.Count()));
        });
        return new DataFrame([_column.With(groups.Select(group => group.Key)), .. means]);
    }

    private static double Number(object value) => value switch
    {
        null => 0,
        string => throw new NotSupportedException(),
        _ => Convert.ToDouble(value),
    };
}
