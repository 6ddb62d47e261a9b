namespace Tasks.Glue;

/// <summary>
/// Reads MRPC, whose split is defined by files: of the pairs in <c>msr_paraphrase_train.txt</c>, in order, those whose
/// ids are listed in <c>dev_ids.tsv</c> are the development split and all others the training split. Copies of
/// <c>train.tsv</c> that lost pairs are rebuilt by this rule.
/// </summary>
internal static class MrpcReader
{
    private const string SourceFile = "msr_paraphrase_train.txt";
    private const string DevelopmentIdsFile = "dev_ids.tsv";

    /// <summary>Whether the folder contains the two files that define the split.</summary>
    public static bool HasSource(string folder) =>
        File.Exists(Path.Combine(folder, SourceFile)) && File.Exists(Path.Combine(folder, DevelopmentIdsFile));

    /// <summary>The split by the rule above.</summary>
    /// <param name="folder">The task's folder.</param>
    /// <param name="development">Whether the development or the training split is wanted.</param>
    /// <param name="incomplete">The split in <c>train.tsv</c> or <c>dev.tsv</c>, or null where there is no such file.</param>
    /// <exception cref="DataFormatException">The incomplete file contains a pair that is not in the rebuilt split.</exception>
    public static GlueSplit Rebuild(string folder, bool development, GlueSplit? incomplete)
    {
        var task = GlueTask.Mrpc;
        var path = Path.Combine(folder, SourceFile);
        var table = TsvRows.Read(path);
        var developmentIds = DevelopmentIds(Path.Combine(folder, DevelopmentIdsFile));
        var (id1, id2) = (table.Column("#1 ID"), table.Column("#2 ID"));
        var rows = new List<TsvRow>();
        foreach (var row in table.Rows)
        {
            table.RequireComplete(row);
            if (developmentIds.Contains((row.Fields[id1], row.Fields[id2])) == development)
            {
                rows.Add(row);
            }
        }

        var examples = GlueTsvReader.Parse(task, path, table, rows);
        var published = development ? task.DevelopmentSize : task.TrainSize;
        if (incomplete is null)
        {
            return new GlueSplit(path, examples, published, GlueTsvReader.SizeNote(path, examples.Count, published));
        }

        var unknown = incomplete.Examples.Except(examples).FirstOrDefault();
        if (unknown is not null)
        {
            var line = incomplete.Examples.ToList().IndexOf(unknown) + 2;
            throw new DataFormatException(
                incomplete.Path, line, $"a pair that is not among those of {SourceFile} selected by {DevelopmentIdsFile}", "one of them");
        }

        return new GlueSplit(
            incomplete.Path, examples, published,
            $"{Path.GetFileName(incomplete.Path)} has {incomplete.Examples.Count} of {examples.Count} examples; "
            + $"{examples.Count - incomplete.Examples.Count} rebuilt from {SourceFile} and {DevelopmentIdsFile}");
    }

    private static HashSet<(string, string)> DevelopmentIds(string path)
    {
        var ids = new HashSet<(string, string)>();
        var line = 0;
        foreach (var text in Utf8Lines.Read(path))
        {
            line++;
            var fields = text.Split('\t');
            if (fields.Length != 2)
            {
                throw new DataFormatException(path, line, $"{fields.Length} columns", "2 columns (the ids of a pair)");
            }

            ids.Add((fields[0], fields[1]));
        }

        return ids;
    }
}
