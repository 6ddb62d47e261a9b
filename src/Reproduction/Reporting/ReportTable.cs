using System.Globalization;
using System.Text;
using Microsoft.Data.Analysis;
using Spectre.Console;

namespace Reproduction.Reporting;

/// <summary>A titled data frame, shown on a console, in Markdown or in HTML. Columns of numbers stand to the right.</summary>
/// <param name="Title">The title.</param>
/// <param name="Frame">The cells; null is an empty cell.</param>
internal sealed record ReportTable(string Title, DataFrame Frame)
{
    /// <summary>The characters that a line of the table takes on a console.</summary>
    public int Width =>
        1 + Frame.Columns.Select((column, i) => Rows().Select(row => row[i].Length).Append(column.Name.Length).Max() + 3).Sum();

    /// <summary>The table with lines and columns exchanged; the cells of the first column become the heads.</summary>
    public ReportTable Transposed() => new(Title, new DataFrame(
    [
        new StringDataFrameColumn(Frame.Columns[0].Name, Frame.Columns.Skip(1).Select(column => column.Name)),
        .. Rows().Select(row => new StringDataFrameColumn(row[0], row.Skip(1))),
    ]));

    /// <summary>The table without the columns in which nothing stands.</summary>
    public ReportTable WithoutEmptyColumns() =>
        new(Title, new DataFrame(Frame.Columns.Where((_, i) => Rows().Any(row => row[i].Length > 0))));

    public void Print(IAnsiConsole console)
    {
        var table = new Table
        {
            Border = console.Profile.Capabilities.Ansi ? TableBorder.Rounded : TableBorder.Ascii,
        };
        foreach (var column in Frame.Columns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column.Name)) { Alignment = IsNumber(column) ? Justify.Right : Justify.Left });
        }

        foreach (var row in Rows())
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        // Above the table and not in it: a narrow table would break the line.
        console.WriteLine();
        console.WriteLine(Title, new Style(decoration: Decoration.Bold));
        console.Write(table);
    }

    public string Markdown()
    {
        var text = new StringBuilder();
        Line(Frame.Columns.Select(column => column.Name));
        Line(Frame.Columns.Select(column => IsNumber(column) ? "---:" : "---"));
        foreach (var row in Rows())
        {
            Line(row);
        }

        return text.ToString();

        void Line(IEnumerable<string> cells) =>
            text.Append("| ").AppendJoin(" | ", cells.Select(MarkdownText.Escape)).Append(" |\n");
    }

    public string HtmlRows()
    {
        var text = new StringBuilder();
        Line("th", Frame.Columns.Select(column => column.Name));
        foreach (var row in Rows())
        {
            Line("td", row);
        }

        return text.ToString();

        void Line(string tag, IEnumerable<string> cells) => text.Append("<tr>").AppendJoin("", cells.Select((cell, i) =>
            $"<{tag}{(IsNumber(Frame.Columns[i]) ? " class=\"number\"" : "")}>{ReportDocument.Encode(cell)}</{tag}>")).Append("</tr>\n");
    }

    /// <summary>A number as tables show it: counts in groups of three; else two decimals from 10 on, up to four below.</summary>
    /// <param name="value">The number.</param>
    /// <param name="like">The number whose size decides, for an interval that stands beside it.</param>
    public static string Number(double value, double? like = null)
    {
        var size = Math.Abs(like ?? value);
        return value.ToString(
            size >= 1000 && value == Math.Truncate(value) ? "#,0" : size >= 10 ? "0.00" : "0.00##", CultureInfo.InvariantCulture);
    }

    private static bool IsNumber(DataFrameColumn column) => column.DataType != typeof(string);

    private IEnumerable<string[]> Rows()
    {
        for (var row = 0L; row < Frame.Rows.Count; row++)
        {
            yield return [.. Frame.Columns.Select(column => Text(column[row]))];
        }
    }

    private static string Text(object? cell) => cell switch
    {
        null => "",
        double number => Number(number),
        IFormattable whole => whole.ToString("N0", CultureInfo.InvariantCulture),
        _ => cell.ToString()!,
    };
}
