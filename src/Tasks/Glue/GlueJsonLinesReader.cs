using System.Text.Json;

namespace Tasks.Glue;

/// <summary>Reads JSON lines with the keys <c>sentence1</c>, <c>sentence2</c> (pairs only) and <c>label</c>.</summary>
internal static class GlueJsonLinesReader
{
    /// <param name="task">The task; its labels are written as in the TSV files, as text or as a number.</param>
    /// <param name="path">The file.</param>
    public static IReadOnlyList<GlueExample> Read(GlueTask task, string path) => JsonRecord.ReadLines(path, line =>
    {
        var label = line.Value("label");
        return new GlueExample(
            line.Text("sentence1"),
            task.IsPair ? line.Text("sentence2") : null,
            GlueLabels.Parse(
                task, label.ValueKind == JsonValueKind.String ? label.GetString()! : label.GetRawText(), path, line.Number));
    });
}
