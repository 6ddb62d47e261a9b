using System.Collections.Generic;
using System.Linq;

namespace Microsoft.Data.Analysis;

/// <summary>A column of strings.</summary>
public partial class StringDataFrameColumn : DataFrameColumn
{
    public StringDataFrameColumn(string name, IEnumerable<string> values)
        : base(name, typeof(string), values)
    {
    }

    internal override DataFrameColumn With(IEnumerable<object> values) => new StringDataFrameColumn(Name, values.Cast<string>());
}
