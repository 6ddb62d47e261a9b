using System.Collections.Generic;
using System.Linq;

namespace Microsoft.Data.Analysis;

/// <summary>A column of numbers or other unmanaged values.</summary>
public partial class PrimitiveDataFrameColumn<T> : DataFrameColumn
    where T : unmanaged
{
    internal PrimitiveDataFrameColumn(string name, IEnumerable<T?> values)
        : base(name, typeof(T), values?.Select(value => (object)value))
    {
    }

    internal PrimitiveDataFrameColumn(string name, IEnumerable<T> values)
        : base(name, typeof(T), values?.Select(value => (object)value))
    {
    }

    internal override DataFrameColumn With(IEnumerable<object> values) => new PrimitiveDataFrameColumn<T>(Name, values.Cast<T>());
}
