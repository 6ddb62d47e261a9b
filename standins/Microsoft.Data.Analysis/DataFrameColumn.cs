using System;
using System.Collections;

namespace Microsoft.Data.Analysis;

/// <summary>A named column of values that may be null.</summary>
public abstract partial class DataFrameColumn : IEnumerable
{
    protected DataFrameColumn(string name, long length, Type type) => (Name, Length, DataType) = (name, length, type);

    public long Length { get; protected set; }

    public abstract long NullCount { get; }

    public string Name { get; }

    public Type DataType { get; }

    public object this[long rowIndex]
    {
        get => GetValue(rowIndex);
        set => SetValue(rowIndex, value);
    }

    public virtual GroupBy GroupBy(int columnIndex, DataFrame parent) => throw new NotSupportedException();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumeratorCore();

    protected abstract object GetValue(long rowIndex);

    protected abstract void SetValue(long rowIndex, object value);

    protected abstract IEnumerator GetEnumeratorCore();

    /// <summary>An empty column of the same name and type.</summary>
    internal abstract DataFrameColumn CloneEmpty();

    internal abstract void AppendObject(object value);
}
