using Microsoft.Data.Analysis;
using Reproduction.Reporting;

namespace Reproduction.Tests.Reporting;

/// <summary>No text of a user, an error or a file changes the structure of a report.</summary>
public sealed class EscapingTests
{
    public static TheoryData<string> Texts =>
    [
        "a|b", "a\nb", "a\r\nb", "a\rb", "a\u2028b", "\\|", "ends with \\", "<script>alert(1)</script>", "&lt;", "**bold**", "`code`",
        "[text](http://example.org)", "![image](x)", "_emphasis_", "~~gone~~", "a\0b", "a\u000bb", "| --- |", "\"quoted\" 'text'",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_cell_stays_one_cell_and_reads_as_it_is(string text)
    {
        var table = new ReportTable("", new DataFrame(
            new StringDataFrameColumn(text, [text, "x"]), new StringDataFrameColumn("second", ["y", text]))).Markdown();

        var lines = table.Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.Equal([OneLine(text), "second"], Cells(lines[0]));
        Assert.Equal([OneLine(text), "y"], Cells(lines[2]));
        Assert.Equal(["x", OneLine(text)], Cells(lines[3]));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Paragraphs_bullets_headings_and_titles_keep_to_their_line(string text)
    {
        var document = new ReportDocument(text, Path.GetTempPath());
        document.Heading(2, text);
        document.Paragraph(text);
        document.Bullets([text, "second"]);

        var lines = document.Markdown.Split('\n');
        Assert.Equal(
            [OneLine(text), "", OneLine(text), "", OneLine(text), "", OneLine(text), "second", ""],
            lines.Select(line => Plain(line.StartsWith("# ", StringComparison.Ordinal) ? line[2..]
                : line.StartsWith("## ", StringComparison.Ordinal) ? line[3..]
                : line.StartsWith("- ", StringComparison.Ordinal) ? line[2..] : line)));
        Assert.DoesNotContain("<script>", document.Html);
        Assert.DoesNotContain("<script>", document.Markdown);
    }

    [Theory]
    [InlineData("# no heading")]
    [InlineData("- no item")]
    [InlineData("+ no item")]
    [InlineData("> no quote")]
    [InlineData("1. no item")]
    [InlineData("1) no item")]
    [InlineData("===")]
    [InlineData("    no code")]
    [InlineData("\tno code")]
    public void The_beginning_of_a_text_is_no_mark(string text)
    {
        var document = new ReportDocument("title", Path.GetTempPath());
        document.Paragraph(text);

        var line = document.Markdown.Split('\n')[2];
        Assert.DoesNotMatch(@"^(\s|#|-|\+|>|=|\d+[.)])", line);
        Assert.Equal(text.Trim(), Plain(line));
    }

    [Fact]
    public void Plain_texts_of_reports_stay_as_they_are()
    {
        foreach (var text in (string[])
        [
            "50.73 ± 4.90 [51.23] (50.90)", "lora learning_rate=0.001 r=6 (24)", "mini: 1 × NotRun (no such trial in profile mini).",
            "Settings that deviate from the paper (--set bf16_residual=true does it).", "fake: measured [reference] (published)",
        ])
        {
            var document = new ReportDocument(text, "");
            Assert.Equal($"# {text}\n", document.Markdown);
        }
    }

    [Fact]
    public void Paths_of_pictures_with_spaces_and_brackets_are_links()
    {
        var folder = Directory.CreateTempSubdirectory("escaping-").FullName;
        try
        {
            var document = new ReportDocument("title", folder);
            document.Picture("a ] title", Path.Combine(folder, "a (b) c.png"));

            Assert.Contains("(a%20%28b%29%20c.png)", document.Markdown);
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    private static string OneLine(string text) =>
        new string([.. text.ReplaceLineEndings(" ").Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)]).Trim();

    // An independent reading of GitHub's tables: a bar that no backslash stands before ends a cell.
    private static List<string> Cells(string line)
    {
        var cells = new List<string>();
        var cell = "";
        for (var i = 1; i < line.Length; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length)
            {
                cell += line[i..(i + 2)];
                i++;
            }
            else if (line[i] == '|')
            {
                cells.Add(Plain(cell));
                cell = "";
            }
            else
            {
                cell += line[i];
            }
        }

        return cells;
    }

    // What is left must hold no mark that is not escaped.
    private static string Plain(string markdown)
    {
        var text = "";
        for (var i = 0; i < markdown.Length; i++)
        {
            if (markdown[i] == '\\' && i + 1 < markdown.Length && char.IsAscii(markdown[i + 1]) && char.IsPunctuation(markdown[i + 1])
                || markdown[i] == '\\' && i + 1 < markdown.Length && "|`~<>=+$^".Contains(markdown[i + 1]))
            {
                text += markdown[++i];
                continue;
            }

            Assert.DoesNotContain(markdown[i], "<*`~");
            text += markdown[i];
        }

        return text.Replace("&lt;", "<", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal).Trim();
    }
}
