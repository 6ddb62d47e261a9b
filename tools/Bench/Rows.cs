using System.Globalization;

namespace Bench;

/// <summary>Prints measurements as they come: comma-separated, or in aligned columns for reading.</summary>
internal sealed class Rows
{
    private const int Width = 16;

    private readonly TextWriter output;
    private readonly bool csv;

    public Rows(TextWriter output, bool csv, params IReadOnlyList<string> columns)
    {
        (this.output, this.csv) = (output, csv);
        Line(columns);
    }

    public void Add(params IReadOnlyList<object> values) =>
        Line([.. values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)!)]);

    private void Line(IReadOnlyList<string> cells)
    {
        output.WriteLine(csv ? string.Join(',', cells) : string.Concat(cells.Select(cell => cell.PadRight(Width))).TrimEnd());
        output.Flush();
    }
}
