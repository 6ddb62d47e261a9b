using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;

namespace Microsoft.Data.Analysis;

/// <summary>A column of strings.</summary>
public partial class StringDataFrameColumn : DataFrameColumn, IEnumerable<string>
{
    private readonly List<string> _values = [];

    public StringDataFrameColumn(string name, IEnumerable<string> values)
        : base(name, 0, typeof(string))
    {
        foreach (var value in values ?? throw new ArgumentNullException(nameof(values)))
        {
            Append(value);
        }
    }

    public override long NullCount => _values.LongCount(value => value is null);

    public new string this[long rowIndex]
    {
        get => _values[checked((int)rowIndex)];
        set => _values[checked((int)rowIndex)] = value;
    }

    public void Append(string value)
    {
        _values.Add(value);
        Length++;
    }

    public override GroupBy GroupBy(int columnIndex, DataFrame parent) =>
        new GroupBy<string>(parent, columnIndex, Grouping.RowsByKey(_values));

    public IEnumerator<string> GetEnumerator() => _values.GetEnumerator();

    protected override object GetValue(long rowIndex) => this[rowIndex];

    protected override void SetValue(long rowIndex, object value) => this[rowIndex] = value is null or string
        ? (string)value
        : throw new ArgumentException("Expected a value of type System.String.", nameof(value));

    protected override IEnumerator GetEnumeratorCore() => GetEnumerator();

    internal override DataFrameColumn CloneEmpty() => new StringDataFrameColumn(Name, []);

    internal override void AppendObject(object value) => Append((string)value);
}
