namespace Tasks;

/// <summary>
/// Reads tab-separated files as GLUE publishes them: no quoting (fields contain bare quotation marks), and the same number
/// of fields in every row as in the header.
/// </summary>
internal sealed class TsvRows
{
    private readonly string _path;
    private readonly IReadOnlyList<string> _columns;

    private TsvRows(string path, IReadOnlyList<string> columns, List<TsvRow> rows)
    {
        _path = path;
        _columns = columns;
        Rows = rows;
    }

    /// <summary>The rows below the header.</summary>
    public IReadOnlyList<TsvRow> Rows { get; }

    /// <param name="path">The file, UTF-8 with or without a byte order mark.</param>
    /// <param name="headerless">The columns of a file without a header line; null where the first line names them.</param>
    public static TsvRows Read(string path, IReadOnlyList<string>? headerless = null)
    {
        using var lines = Utf8Lines.Read(path).GetEnumerator();
        var columns = headerless;
        var lineNumber = 0;
        if (columns is null)
        {
            lineNumber = 1;
            columns = lines.MoveNext()
                ? lines.Current.Split('\t')
                : throw new DataFormatException(path, 1, "an empty file", "a header line");
        }

        var rows = new List<TsvRow>();
        while (lines.MoveNext())
        {
            rows.Add(new TsvRow(++lineNumber, lines.Current.Split('\t')));
        }

        return new TsvRows(path, columns, rows);
    }

    /// <summary>The position of a column.</summary>
    /// <exception cref="DataFormatException">The header does not name it, or names it twice.</exception>
    public int Column(string name)
    {
        var places = Enumerable.Range(0, _columns.Count).Where(i => _columns[i] == name).ToList();
        return places switch
        {
            [var place] => place,
            [] => throw new DataFormatException(_path, 1, $"the columns {string.Join(", ", _columns)}", $"a column '{name}'"),
            _ => throw new DataFormatException(_path, 1, $"the column '{name}' twice", "it once"),
        };
    }

    /// <summary>Whether a row has the header's number of fields.</summary>
    public bool IsComplete(TsvRow row) => row.Fields.Count == _columns.Count;

    /// <exception cref="DataFormatException">The row has fewer or more fields than the header.</exception>
    public void RequireComplete(TsvRow row)
    {
        if (!IsComplete(row))
        {
            throw new DataFormatException(
                _path, row.Line, Columns(row.Fields.Count), $"{Columns(_columns.Count)} ({string.Join(", ", _columns)})");
        }
    }

    private static string Columns(int count) => count == 1 ? "1 column" : $"{count} columns";
}
