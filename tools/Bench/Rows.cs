using System.Globalization;

namespace Bench;

/// <summary>Prints measurements as they come: comma-separated, or in aligned columns for reading.</summary>
internal sealed class Rows
{
    private const int Width = 16;

    private readonly TextWriter _output;
    private readonly bool _csv;

    public Rows(TextWriter output, bool csv, params IReadOnlyList<string> columns)
    {
        (_output, _csv) = (output, csv);
        Line(columns);
    }

    public void Add(params IReadOnlyList<object> values) =>
        Line([.. values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)!)]);

    private void Line(IReadOnlyList<string> cells)
    {
        _output.WriteLine(_csv ? string.Join(',', cells) : string.Concat(cells.Select(cell => cell.PadRight(Width))).TrimEnd());
        _output.Flush();
    }
}
