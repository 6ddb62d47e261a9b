using System.Globalization;
using System.Text.Unicode;
using CsvHelper;

namespace Reproduction.Storage;

/// <summary>A CSV file read line by line, whose errors name file, line and column.</summary>
public sealed class CsvTable : IDisposable
{
    private const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    // As they are written. A number beyond the range of double precision would become one of them.
    private static readonly string[] NotFinite = ["NaN", "Infinity", "-Infinity"];

    private readonly string _path;
    private readonly CsvReader _csv;

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">The expected header, in this order.</param>
    /// <exception cref="UserErrorException">The file cannot be read, or its header is not the expected one.</exception>
    public CsvTable(string path, IReadOnlyList<string> columns)
    {
        _path = path;
        try
        {
            RequireUnicode(path);
            _csv = CsvReader.FromFile(path, CsvReaderOptions.Default with
            {
                Separator = ',',
                TrackLineNumbers = true,
                MalformedData = CsvMalformedDataHandling.Throw,
                FieldCountMismatch = CsvFieldCountHandling.Throw,
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path} cannot be read: {exception.Message}", exception);
        }

        string found;
        try
        {
            found = string.Join(',', _csv.Headers);
        }
        catch (CsvFormatException exception)
        {
            _csv.Dispose();
            throw new UserErrorException($"{path}, line 1: {exception.Message}", exception);
        }

        var expected = string.Join(',', columns);
        if (found != expected)
        {
            _csv.Dispose();
            throw new UserErrorException($"{path}, line 1: found the header \"{found}\", expected \"{expected}\".");
        }
    }

    /// <summary>The number of the current line.</summary>
    public long Line => _csv.LineNumber;

    /// <summary>Goes to the next line; false at the end.</summary>
    /// <exception cref="UserErrorException">The line has too few or too many fields, or a broken quote.</exception>
    public bool Read()
    {
        try
        {
            return _csv.Read();
        }
        catch (CsvFormatException exception)
        {
            throw new UserErrorException($"{_path}, line {exception.LineNumber}: {exception.Message}", exception);
        }
    }

    /// <summary>A field of the current line.</summary>
    /// <param name="column">Its column.</param>
    public string Text(string column) => _csv.GetString(column);

    /// <summary>A number of the current line.</summary>
    /// <param name="column">Its column.</param>
    /// <exception cref="UserErrorException">The field is empty or no number.</exception>
    public double Number(string column) => OptionalNumber(column) ?? throw Error($"no {column}", "a number");

    /// <summary>A number of the current line, or null where the field is empty.</summary>
    /// <param name="column">Its column.</param>
    /// <exception cref="UserErrorException">The field is not a number.</exception>
    public double? OptionalNumber(string column) =>
        Text(column) is not { Length: > 0 } text ? null
        : double.TryParse(text, Plain, CultureInfo.InvariantCulture, out var value) && (double.IsFinite(value) || NotFinite.Contains(text))
            ? value
        : throw Error($"{column} \"{text}\"", "a number");

    /// <summary>A whole number of the current line, or null where the field is empty.</summary>
    /// <param name="column">Its column.</param>
    /// <exception cref="UserErrorException">The field is not a whole number.</exception>
    public int? OptionalInt(string column) =>
        Text(column) is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value.ToString(CultureInfo.InvariantCulture) == text ? value
        : throw Error($"{column} \"{text}\"", "a whole number");

    /// <summary>An error at the current line.</summary>
    /// <param name="found">What stands there.</param>
    /// <param name="expected">What should.</param>
    public UserErrorException Error(string found, string expected) =>
        new($"{_path}, line {Line}: found {found}, expected {expected}.");

    /// <inheritdoc/>
    public void Dispose() => _csv.Dispose();

    // Bytes that are no text would be read as replacement characters. A byte-order mark tells of other encodings than UTF-8.
    private static void RequireUnicode(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes is not ([0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) && !Utf8.IsValid(bytes))
        {
            throw new UserErrorException($"{path}: found bytes that are no text in UTF-8, expected a CSV file.");
        }
    }
}
