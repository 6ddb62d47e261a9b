using System.Globalization;
using CsvHelper;

namespace Reproduction.Storage;

/// <summary>A CSV file read line by line, whose errors name file, line and column.</summary>
internal sealed class CsvTable : IDisposable
{
    private readonly string path;
    private readonly CsvReader csv;

    /// <exception cref="UserErrorException">The file cannot be read, or its header is not the expected one.</exception>
    public CsvTable(string path, IReadOnlyList<string> columns)
    {
        this.path = path;
        try
        {
            csv = CsvReader.FromFile(path, CsvReaderOptions.Default with
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

        var found = string.Join(',', csv.Headers);
        var expected = string.Join(',', columns);
        if (found != expected)
        {
            csv.Dispose();
            throw new UserErrorException($"{path}, line 1: found the header \"{found}\", expected \"{expected}\".");
        }
    }

    /// <summary>The number of the present line.</summary>
    public long Line => csv.LineNumber;

    /// <summary>Goes to the next line; false at the end.</summary>
    /// <exception cref="UserErrorException">The line has too few or too many fields, or a broken quote.</exception>
    public bool Read()
    {
        try
        {
            return csv.Read();
        }
        catch (CsvFormatException exception)
        {
            throw new UserErrorException($"{path}, line {exception.LineNumber}: {exception.Message}", exception);
        }
    }

    public string Text(string column) => csv.GetString(column);

    public double Number(string column) => OptionalNumber(column) ?? throw Error($"no {column}", "a number");

    public double? OptionalNumber(string column) =>
        Text(column) is not { Length: > 0 } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
        : throw Error($"{column} \"{text}\"", "a number");

    public int? OptionalInt(string column) =>
        Text(column) is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value
        : throw Error($"{column} \"{text}\"", "a whole number");

    /// <summary>An error at the present line.</summary>
    public UserErrorException Error(string found, string expected) =>
        new($"{path}, line {Line}: found {found}, expected {expected}.");

    public void Dispose() => csv.Dispose();
}
