using System.Text;

namespace Reproduction.Reporting;

/// <summary>
/// Texts in GitHub's Markdown: each reads as it is and stays on its line, whatever it holds. Marks that can mean nothing where they
/// stand, such as the underscore inside a name, are left as they are, so that the source is readable too.
/// </summary>
internal static class MarkdownText
{
    /// <summary>A text inside a line.</summary>
    public static string Escape(string text)
    {
        var line = OneLine(text);
        var escaped = new StringBuilder();
        for (var i = 0; i < line.Length; i++)
        {
            escaped.Append(line[i] switch
            {
                '<' => "&lt;",
                '&' => "&amp;",
                '\\' or '`' or '*' or '~' or '|' => $"\\{line[i]}",
                '_' when !(IsWord(i - 1) && IsWord(i + 1)) => "\\_",

                // Only these make a link of a text in square brackets.
                ']' when i + 1 < line.Length && line[i + 1] is '(' or '[' or ':' => "\\]",
                var other => other.ToString(),
            });
        }

        return escaped.ToString();

        bool IsWord(int i) => i >= 0 && i < line.Length && char.IsLetterOrDigit(line[i]);
    }

    /// <summary>A text that begins a line: not taken for a heading, an item or a quotation.</summary>
    public static string EscapeLine(string text)
    {
        var line = Escape(text);
        var digits = line.TakeWhile(char.IsAsciiDigit).Count();
        return line.Length > 0 && line[0] is '#' or '>' or '+' or '-' or '=' ? $"\\{line}"
            : digits > 0 && digits < line.Length && line[digits] is '.' or ')' ? $"{line[..digits]}\\{line[digits..]}"
            : line;
    }

    /// <summary>A relative path as the target of a link.</summary>
    public static string Link(string path) => string.Join(
        '/', path.Split('/', '\\').Select(part => Uri.EscapeDataString(part)
            .Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal)));

    private static string OneLine(string text) =>
        new string([.. text.ReplaceLineEndings(" ").Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)]).Trim();
}
