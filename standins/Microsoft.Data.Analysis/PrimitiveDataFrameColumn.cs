using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;

namespace Microsoft.Data.Analysis;

/// <summary>A column of numbers or other unmanaged values.</summary>
public partial class PrimitiveDataFrameColumn<T> : DataFrameColumn, IEnumerable<T?>
    where T : unmanaged
{
    private readonly List<T?> _values = [];

    public PrimitiveDataFrameColumn(string name, IEnumerable<T?> values)
        : base(name, 0, typeof(T))
    {
        foreach (var value in values ?? throw new ArgumentNullException(nameof(values)))
        {
            Append(value);
        }
    }

    public PrimitiveDataFrameColumn(string name, IEnumerable<T> values)
        : this(name, values.Select(value => (T?)value))
    {
    }

    public override long NullCount => _values.LongCount(value => value is null);

    public new T? this[long rowIndex]
    {
        get => _values[checked((int)rowIndex)];
        set => _values[checked((int)rowIndex)] = value;
    }

    public void Append(T? value)
    {
        _values.Add(value);
        Length++;
    }

    public override GroupBy GroupBy(int columnIndex, DataFrame parent) =>
        new GroupBy<T>(parent, columnIndex, Grouping.RowsByKey(_values));

    public IEnumerator<T?> GetEnumerator() => _values.GetEnumerator();

    protected override object GetValue(long rowIndex) => this[rowIndex];

    protected override void SetValue(long rowIndex, object value) =>
        this[rowIndex] = value is null ? null : (T)Convert.ChangeType(value, typeof(T));

    protected override IEnumerator GetEnumeratorCore() => GetEnumerator();

    internal override DataFrameColumn CloneEmpty() => new PrimitiveDataFrameColumn<T>(Name, Array.Empty<T?>());

    internal override void AppendObject(object value) => Append(value is null ? null : (T)value);
}
