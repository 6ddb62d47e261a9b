using Parquet;
using Parquet.Schema;
using SpectralExperiments.Tests;

namespace Tasks.Tests;

/// <summary>Writes small Parquet files.</summary>
internal static class ParquetFile
{
    /// <summary>Writes columns of texts, of which <paramref name="rowsPerGroup"/> rows make a row group.</summary>
    public static string WriteTexts(
        TemporaryFolder folder, string name, int rowsPerGroup, params (string Column, string?[] Texts)[] columns)
    {
        var path = folder.Write(name, "");
        var fields = columns.Select(column => new DataField<string>(column.Column)).ToList();
        Write(path, new ParquetSchema(fields), async writer =>
        {
            for (var start = 0; start < columns[0].Texts.Length; start += rowsPerGroup)
            {
                using var group = writer.CreateRowGroup();
                foreach (var (field, (_, texts)) in fields.Zip(columns))
                {
                    await group.WriteAsync(field, texts[start..Math.Min(start + rowsPerGroup, texts.Length)]!);
                }
            }
        });
        return path;
    }

    /// <summary>Writes a column of texts <c>question</c> and one of numbers <c>answer</c>.</summary>
    public static string WriteNumbers(TemporaryFolder folder, string name)
    {
        var path = folder.Write(name, "");
        var (question, answer) = (new DataField<string>("question"), new DataField<int>("answer"));
        Write(path, new ParquetSchema(question, answer), async writer =>
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(question, ["Q"]);
            await group.WriteAsync<int>(answer, new[] { 7 });
        });
        return path;
    }

    private static void Write(string path, ParquetSchema schema, Func<ParquetWriter, Task> write)
    {
        WriteAsync().GetAwaiter().GetResult();

        async Task WriteAsync()
        {
            await using var stream = File.Create(path);
            await using var writer = await ParquetWriter.CreateAsync(schema, stream);
            await write(writer);
        }
    }
}
