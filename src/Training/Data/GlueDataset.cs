namespace Training.Data;

/// <summary>The training and the development split of one GLUE task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Train">The training split.</param>
/// <param name="Development">The split that the paper evaluates on (labels of the test split are not public).</param>
public sealed record GlueDataset(GlueTask Task, GlueSplit Train, GlueSplit Development)
{
    private const string TrainSubset = "train-9k.jsonl";
    private const string DevelopmentSubset = "heldout-1k.jsonl";

    /// <summary>How the rows differ from the published ones; empty where they do not.</summary>
    public IReadOnlyList<string> Notes => new[] { Train.Note, Development.Note }.OfType<string>().ToList();

    /// <summary>
    /// Reads a task from a folder in the published layout (<c>RTE/train.tsv</c>, <c>RTE/dev.tsv</c>, ...). Where one of
    /// the published files is missing, the subset <c>train-9k.jsonl</c> or <c>heldout-1k.jsonl</c> takes its place, and
    /// <see cref="Notes"/> says so.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="dataFolder">The folder that holds one folder per task.</param>
    /// <exception cref="DirectoryNotFoundException">The folder, or the task's folder in it, does not exist.</exception>
    /// <exception cref="FileNotFoundException">A split is missing; the message names the files and how to get them.</exception>
    /// <exception cref="DataFormatException">A file is broken.</exception>
    public static GlueDataset Load(GlueTask task, string dataFolder)
    {
        var folder = Path.Combine(dataFolder, task.Folder);
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"no folder '{folder}' with the GLUE task {task.Folder}; get it with: {task.DownloadCommand(dataFolder)}");
        }

        return new GlueDataset(
            task,
            Split(task, dataFolder, "train.tsv", TrainSubset, development: false),
            Split(task, dataFolder, task.DevelopmentFile, DevelopmentSubset, development: true));
    }

    private static GlueSplit Split(GlueTask task, string dataFolder, string file, string subset, bool development)
    {
        var folder = Path.Combine(dataFolder, task.Folder);
        var path = Path.Combine(folder, file);
        var publishedRows = development ? task.DevelopmentRows : task.TrainRows;
        var split = File.Exists(path) ? GlueTsvReader.Read(task, path, publishedRows) : null;
        if (task == GlueTask.Mrpc && split?.Examples.Count != publishedRows && MrpcReader.HasSource(folder))
        {
            return MrpcReader.Rebuild(folder, development, split);
        }

        var subsetPath = Path.Combine(folder, subset);
        return split ?? (File.Exists(subsetPath)
            ? GlueJsonLinesReader.Read(task, subsetPath, publishedRows)
            : throw new FileNotFoundException(
                $"found neither '{path}' nor '{subsetPath}'; get {task.Folder} with: {task.DownloadCommand(dataFolder)}", path));
    }
}
