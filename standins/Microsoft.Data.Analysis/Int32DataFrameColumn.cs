using System.Collections.Generic;

namespace Microsoft.Data.Analysis;

/// <summary>A column of Int32 values.</summary>
public partial class Int32DataFrameColumn : PrimitiveDataFrameColumn<int>
{
    public Int32DataFrameColumn(string name, IEnumerable<int?> values)
        : base(name, values)
    {
    }

    public Int32DataFrameColumn(string name, IEnumerable<int> values)
        : base(name, values)
    {
    }
}
