using System.Collections.Generic;

namespace Microsoft.Data.Analysis;

/// <summary>A column of Int64 values.</summary>
public partial class Int64DataFrameColumn : PrimitiveDataFrameColumn<long>
{
    public Int64DataFrameColumn(string name, IEnumerable<long> values)
        : base(name, values)
    {
    }
}
