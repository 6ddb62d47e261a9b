namespace Microsoft.Data.Analysis;

/// <summary>The rows of a data frame grouped by the values of a column.</summary>
public abstract class GroupBy
{
    public abstract DataFrame Mean(params string[] columnNames);
}
