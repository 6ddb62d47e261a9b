using System.Globalization;
using System.Net;
using System.Text;

namespace Reproduction.Reporting;

/// <summary>A report written once and read as Markdown or as one self-contained page of HTML.</summary>
internal sealed class ReportDocument
{
    private readonly StringBuilder _markdown = new();
    private readonly StringBuilder _html = new();
    private readonly string _folder;

    /// <param name="title">The title.</param>
    /// <param name="folder">The folder of the Markdown file, to which figures are linked.</param>
    public ReportDocument(string title, string folder)
    {
        _folder = folder;
        _markdown.Append(CultureInfo.InvariantCulture, $"# {MarkdownText.Escape(title)}\n");
        _html.Append(CultureInfo.InvariantCulture, $$"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{Encode(title)}}</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
            body { color: #1a1a1a; background: #fff; }
            h2 { margin-top: 2.5rem; border-bottom: 1px solid #ccc; }
            .scroll { overflow-x: auto; }
            table { border-collapse: collapse; font-size: 0.85rem; }
            th, td { padding: 0.25rem 0.6rem; border-bottom: 1px solid #ddd; text-align: left; vertical-align: top; }
            td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
            img { max-width: 100%; min-width: 36rem; height: auto; }
            img.picture { min-width: 0; }
            li { overflow-wrap: anywhere; }
            </style></head><body>
            <h1>{{Encode(title)}}</h1>

            """);
    }

    public string Markdown => _markdown.ToString();

    public string Html => $"{_html}</body></html>\n";

    public void Heading(int level, string text)
    {
        _markdown.Append('\n').Append('#', level).Append(CultureInfo.InvariantCulture, $" {MarkdownText.Escape(text)}\n");
        _html.Append(CultureInfo.InvariantCulture, $"<h{level}>{Encode(text)}</h{level}>\n");
    }

    public void Paragraph(string text)
    {
        _markdown.Append(CultureInfo.InvariantCulture, $"\n{MarkdownText.EscapeLine(text)}\n");
        _html.Append(CultureInfo.InvariantCulture, $"<p>{Encode(text)}</p>\n");
    }

    public void Bullets(IReadOnlyCollection<string> items)
    {
        _markdown.Append('\n').AppendJoin("", items.Select(item => $"- {MarkdownText.EscapeLine(item)}\n"));
        _html.Append("<ul>").AppendJoin("", items.Select(item => $"<li>{Encode(item)}</li>\n")).Append("</ul>\n");
    }

    public void Table(ReportTable table)
    {
        _markdown.Append('\n').Append(table.Markdown());
        _html.Append("<div class=\"scroll\"><table>\n").Append(table.HtmlRows()).Append("</table></div>\n");
    }

    /// <summary>A figure of which an SVG and a PNG file exist.</summary>
    /// <param name="title">The title, which also stands for the picture where it cannot be seen.</param>
    /// <param name="path">The path of the files without extension.</param>
    public void Figure(string title, string path)
    {
        AppendLink(title, path + ".png");
        var svg = Convert.ToBase64String(File.ReadAllBytes(path + ".svg"));
        _html.Append(
            CultureInfo.InvariantCulture,
            $"<div class=\"scroll\"><img alt=\"{Encode(title)}\" src=\"data:image/svg+xml;base64,{svg}\"></div>\n");
    }

    /// <summary>A PNG file; left out of the page where it is missing.</summary>
    /// <param name="title">The title, which also stands for the picture where it cannot be seen.</param>
    /// <param name="path">The path of the file.</param>
    public void Picture(string title, string path)
    {
        AppendLink(title, path);
        if (File.Exists(path))
        {
            var png = Convert.ToBase64String(File.ReadAllBytes(path));
            _html.Append(
                CultureInfo.InvariantCulture,
                $"<p><img class=\"picture\" alt=\"{Encode(title)}\" src=\"data:image/png;base64,{png}\"></p>\n");
        }
    }

    internal static string Encode(string text) => WebUtility.HtmlEncode(text);

    // Brackets would end the title early.
    private void AppendLink(string title, string path) => _markdown.Append(
        CultureInfo.InvariantCulture,
        $"\n![{MarkdownText.Escape(title).Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal)}]"
        + $"({MarkdownText.Link(Path.GetRelativePath(_folder, path))})\n");
}
