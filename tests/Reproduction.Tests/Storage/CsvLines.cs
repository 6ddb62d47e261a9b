namespace Reproduction.Tests.Storage;

/// <summary>A plain reading of CSV by RFC 4180, independent of the reader under test. Null where the text is no such table.</summary>
internal static class CsvLines
{
    public static List<string[]>? Read(byte[] bytes)
    {
        var text = new StreamReader(new MemoryStream(bytes)).ReadToEnd();
        var (lines, fields, field) = (new List<string[]>(), new List<string>(), "");
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == '"')
            {
                if (Quoted(text, ref i) is not { } quoted)
                {
                    return null;
                }

                field = quoted;
            }
            else
            {
                var start = i;
                while (i < text.Length && text[i] is not (',' or '\n' or '\r'))
                {
                    if (text[i] == '"')
                    {
                        return null;
                    }

                    i++;
                }

                field = text[start..i];
            }

            fields.Add(field);
            if (i == text.Length || text[i] != ',')
            {
                i += i < text.Length && text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n' ? 2 : 1;
                lines.Add([.. fields]);
                fields.Clear();
            }
            else if (++i == text.Length)
            {
                fields.Add("");
                lines.Add([.. fields]);
                fields.Clear();
            }
        }

        return lines;
    }

    private static string? Quoted(string text, ref int i)
    {
        var field = "";
        for (i++; i < text.Length; i++)
        {
            if (text[i] != '"')
            {
                field += text[i];
            }
            else if (i + 1 < text.Length && text[i + 1] == '"')
            {
                field += '"';
                i++;
            }
            else
            {
                i++;
                return i == text.Length || text[i] is ',' or '\n' or '\r' ? field : null;
            }
        }

        return null;
    }
}
