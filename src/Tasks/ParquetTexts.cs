using Parquet;
using Parquet.Schema;

namespace Tasks;

/// <summary>Reads columns of texts from Parquet files.</summary>
internal static class ParquetTexts
{
    // More than any data set of texts has; a damaged file can claim any number.
    private const int MostRows = 1 << 24;

    /// <param name="path">The file.</param>
    /// <param name="columns">The columns; others are not read.</param>
    /// <returns>The texts of each row, in the order of <paramref name="columns"/>.</returns>
    /// <exception cref="DataFormatException">The file is damaged, lacks a column, or a row has no text in it.</exception>
    public static IReadOnlyList<string[]> Read(string path, params IReadOnlyList<string> columns)
    {
        using var stream = File.OpenRead(path);
        try
        {
            return ReadAsync(path, stream, columns).GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is not DataFormatException)
        {
            // The package throws errors of many kinds where a file is damaged.
            throw new DataFormatException(
                path, null, $"a file that cannot be read ({exception.GetType().Name}: {exception.Message})", "a Parquet file");
        }
    }

    private static async Task<IReadOnlyList<string[]>> ReadAsync(string path, Stream stream, IReadOnlyList<string> columns)
    {
        await using var reader = await ParquetReader.CreateAsync(stream).ConfigureAwait(false);
        var fields = columns.Select(column => Field(path, reader.Schema, column)).ToList();
        var rows = new List<string[]>();
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            using var part = reader.OpenRowGroupReader(group);
            if (part.RowCount is < 0 or > MostRows)
            {
                throw new DataFormatException(path, null, $"{part.RowCount} rows in row group {group}", $"up to {MostRows}");
            }

            var start = rows.Count;
            rows.AddRange(Enumerable.Range(0, (int)part.RowCount).Select(_ => new string[columns.Count]));
            for (var column = 0; column < columns.Count; column++)
            {
                var values = new string?[part.RowCount];
                await part.ReadAsync(fields[column], values.AsMemory()).ConfigureAwait(false);
                for (var row = 0; row < values.Length; row++)
                {
                    rows[start + row][column] = values[row] ?? throw new DataFormatException(
                        path, $"row {start + row + 1}", $"no value in the column '{columns[column]}'", "a text");
                }
            }
        }

        return rows.Count > 0 ? rows : throw new DataFormatException(path, null, "no rows", "at least one");
    }

    private static DataField Field(string path, ParquetSchema schema, string column)
    {
        var field = schema.Fields.SingleOrDefault(field => field.Name == column) ?? throw new DataFormatException(
            path, null, $"the columns {string.Join(", ", schema.Fields.Select(field => field.Name))}", $"a column '{column}'");
        return field is DataField { IsArray: false } texts && texts.ClrType == typeof(ReadOnlyMemory<char>)
            ? texts
            : throw new DataFormatException(
                path, null, $"the column '{column}' of type {(field as DataField)?.ClrType.Name ?? field.SchemaType.ToString()}", "texts");
    }
}
