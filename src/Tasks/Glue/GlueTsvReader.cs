namespace Tasks.Glue;

/// <summary>Reads <c>train.tsv</c> and <c>dev.tsv</c> in the layout that gluebenchmark.com publishes.</summary>
internal static class GlueTsvReader
{
    /// <param name="task">The task whose columns the file has.</param>
    /// <param name="path">The file.</param>
    /// <param name="publishedSize">The number of examples in the published file.</param>
    public static GlueSplit Read(GlueTask task, string path, int publishedSize)
    {
        var table = TsvRows.Read(path, task.HeaderlessColumns);
        var rows = table.Rows;
        string? note = null;
        if (task == GlueTask.Qqp)
        {
            // The published QQP files contain rows broken by a line end inside a question. The Hugging Face data set drops
            // them; anything but exactly that damage is an error.
            var complete = rows.Where(table.IsComplete).ToList();
            if (complete.Count == publishedSize && complete.Count < rows.Count)
            {
                note = $"{rows.Count - complete.Count} lines broken by a line end inside a question are left out, "
                    + "as in the Hugging Face data set";
                rows = complete;
            }
        }

        var examples = Parse(task, path, table, rows);
        return new GlueSplit(path, examples, publishedSize, note ?? SizeNote(path, examples.Count, publishedSize));
    }

    /// <summary>The examples in a table that has the task's columns.</summary>
    public static List<GlueExample> Parse(GlueTask task, string path, TsvRows table, IEnumerable<TsvRow> rows)
    {
        var label = table.Column(task.LabelColumn);
        var sentence1 = table.Column(task.Sentence1Column);
        var sentence2 = task.Sentence2Column is { } name ? table.Column(name) : -1;
        var examples = new List<GlueExample>();
        foreach (var row in rows)
        {
            table.RequireComplete(row);
            examples.Add(new GlueExample(
                row.Fields[sentence1],
                sentence2 < 0 ? null : row.Fields[sentence2],
                GlueLabels.Parse(task, row.Fields[label], path, row.Line)));
        }

        return examples.Count > 0
            ? examples
            : throw new DataFormatException(path, 1, "no examples", "at least one");
    }

    /// <summary>What to report about a split with another number of examples than the published one.</summary>
    public static string? SizeNote(string path, int size, int publishedSize) => size == publishedSize
        ? null
        : FormattableString.Invariant($"{Path.GetFileName(path)} has {size:N0} examples, the published split {publishedSize:N0}");
}
