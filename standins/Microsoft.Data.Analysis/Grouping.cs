using System.Collections.Generic;

namespace Microsoft.Data.Analysis;

internal static class Grouping
{
    /// <summary>The rows of each value in the order in which the values first appear; rows with null belong to no group.</summary>
    public static IDictionary<string, ICollection<long>> RowsByKey(List<string> values)
    {
        var groups = new Dictionary<string, ICollection<long>>();
        for (var row = 0; row < values.Count; row++)
        {
            if (values[row] is { } key)
            {
                Add(groups, key, row);
            }
        }

        return groups;
    }

    public static IDictionary<T, ICollection<long>> RowsByKey<T>(List<T?> values)
        where T : unmanaged
    {
        var groups = new Dictionary<T, ICollection<long>>();
        for (var row = 0; row < values.Count; row++)
        {
            if (values[row] is { } key)
            {
                Add(groups, key, row);
            }
        }

        return groups;
    }

    private static void Add<T>(Dictionary<T, ICollection<long>> groups, T key, long row)
    {
        if (!groups.TryGetValue(key, out var rows))
        {
            groups.Add(key, rows = []);
        }

        rows.Add(row);
    }
}
