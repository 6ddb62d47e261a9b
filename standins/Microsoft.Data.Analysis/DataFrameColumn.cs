using System;
using System.Collections.Generic;
using System.Linq;

namespace Microsoft.Data.Analysis;

/// <summary>A named column of values that may be null.</summary>
public abstract partial class DataFrameColumn
{
    private readonly List<object> _values;

    private protected DataFrameColumn(string name, Type type, IEnumerable<object> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        (Name, DataType, _values) = (name, type, values.ToList());
    }

    public string Name { get; }

    public Type DataType { get; }

    internal int Count => _values.Count;

    public object this[long rowIndex] => _values[checked((int)rowIndex)];

    /// <summary>A column of the same name and type.</summary>
    internal abstract DataFrameColumn With(IEnumerable<object> values);
}
