using System.Globalization;
using Training.Data;

namespace Tasks.Glue;

/// <summary>The training and the development split of one GLUE task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Train">The training split.</param>
/// <param name="Development">The split that the paper evaluates on (labels of the test split are not public).</param>
public sealed record GlueDataset(GlueTask Task, GlueSplit Train, GlueSplit Development)
{
    private const string TrainFile = "train.tsv";
    private const string TrainSubset = "train-9k.jsonl";
    private const string HeldOutSubset = "heldout-1k.jsonl";

    /// <summary>How the examples differ from the published ones; empty where they do not.</summary>
    public IReadOnlyList<string> Notes => new[] { Train.Note, Development.Note }.OfType<string>().ToList();

    /// <summary>The data with the first examples of the training split only.</summary>
    /// <param name="most">How many are wanted.</param>
    public GlueDataset WithTrain(int most) => this with { Train = Train.First(most) };

    /// <summary>
    /// The training split divided in two, in an order of its own: examples to train on, and further ones to score by. For the choice of
    /// settings, which must not look at the development split.
    /// </summary>
    /// <param name="mostTrain">The most examples to train on.</param>
    /// <param name="evaluation">
    /// The examples to score by; a fifth of the split where it has fewer than <paramref name="fewest"/> examples.
    /// </param>
    /// <param name="fewest">See <paramref name="evaluation"/>.</param>
    /// <param name="seed">The seed of the order.</param>
    public GlueDataset Divided(int mostTrain, int evaluation, int fewest, int seed)
    {
        var examples = Train.Examples;
        var held = examples.Count < fewest ? examples.Count / 5 : evaluation;
        var order = RandomBatchSampler.Order(examples.Count, seed);
        return this with
        {
            Train = Train with { Examples = [.. order[held..].Take(mostTrain).Select(example => examples[example])], Note = null },
            Development = Train with { Examples = [.. order[..held].Select(example => examples[example])], Note = null },
        };
    }

    /// <summary>Refuses splits that are not the published ones: a score on other examples is not the paper's.</summary>
    /// <exception cref="InvalidDataException">A split has another number of examples; the message says where they came from.</exception>
    public GlueDataset RequirePublished()
    {
        foreach (var split in (GlueSplit[])[Train, Development])
        {
            if (split.Examples.Count != split.PublishedSize)
            {
                throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{split.Path}: found {split.Examples.Count:N0} examples, expected the {split.PublishedSize:N0} of the "
                    + $"published split."));
            }
        }

        return this;
    }

    /// <summary>All that a digest of the data has to cover: the examples of both splits in order, each with its label.</summary>
    public IEnumerable<string> Texts()
    {
        foreach (var split in (GlueSplit[])[Train, Development])
        {
            foreach (var example in split.Examples)
            {
                // With their lengths, so that no text runs into another.
                yield return FormattableString.Invariant(
                    $"{example.Sentence1.Length} {example.Sentence1} {example.Sentence2?.Length} {example.Sentence2} {example.Label:R}\n");
            }

            yield return "end of the split\n";
        }
    }

    /// <summary>
    /// Reads a task from a folder in the published layout (<c>RTE/train.tsv</c>, <c>RTE/dev.tsv</c>, ...). Where the
    /// published training split is missing, its subset <c>train-9k.jsonl</c> takes its place. Where the development split is
    /// missing, <c>heldout-1k.jsonl</c> does: examples of the published training split, so that <c>train-9k.jsonl</c>, which
    /// lacks them, is read even where there is a <c>train.tsv</c>. <see cref="Notes"/> says so.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="dataFolder">The folder that contains one folder per task.</param>
    /// <exception cref="DirectoryNotFoundException">The folder, or the task's folder in it, does not exist.</exception>
    /// <exception cref="FileNotFoundException">A split is missing; the message names the files and how to get them.</exception>
    /// <exception cref="DataFormatException">A file is damaged.</exception>
    public static GlueDataset Load(GlueTask task, string dataFolder)
    {
        var folder = Path.Combine(dataFolder, task.Folder);
        var download = $"get {task.Folder} with: {task.DownloadCommand(dataFolder)}";
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"no folder '{folder}' with the GLUE task {task.Folder}; {download}");
        }

        var (trainPath, subsetPath) = (Path.Combine(folder, TrainFile), Path.Combine(folder, TrainSubset));
        var (developmentPath, heldOutPath) = (Path.Combine(folder, task.DevelopmentFile), Path.Combine(folder, HeldOutSubset));
        if (!File.Exists(developmentPath) && !HasMrpcSource(task, folder) && File.Exists(heldOutPath))
        {
            return File.Exists(subsetPath)
                ? new GlueDataset(task, Subset(task, subsetPath), HeldOut(task, heldOutPath))
                : throw new FileNotFoundException(
                    $"found '{heldOutPath}', which is held out of the training split, "
                    + $"expected '{subsetPath}' beside it, or '{developmentPath}'; {download}",
                    subsetPath);
        }

        return new GlueDataset(
            task,
            Published(task, trainPath, development: false)
            ?? (File.Exists(subsetPath) ? Subset(task, subsetPath) : throw Missing(trainPath, subsetPath)),
            Published(task, developmentPath, development: true) ?? throw Missing(developmentPath, heldOutPath));

        FileNotFoundException Missing(string path, string substitute) => new(
            $"found neither '{path}' nor '{substitute}'; {download}", path);
    }

    private static GlueSplit? Published(GlueTask task, string path, bool development)
    {
        var folder = Path.GetDirectoryName(path)!;
        var size = development ? task.DevelopmentSize : task.TrainSize;
        var split = File.Exists(path) ? GlueTsvReader.Read(task, path, size) : null;
        return split?.Examples.Count != size && HasMrpcSource(task, folder) ? MrpcReader.Rebuild(folder, development, split) : split;
    }

    private static bool HasMrpcSource(GlueTask task, string folder) => task == GlueTask.Mrpc && MrpcReader.HasSource(folder);

    private static GlueSplit Subset(GlueTask task, string path)
    {
        var examples = GlueJsonLinesReader.Read(task, path);
        return new GlueSplit(path, examples, task.TrainSize, GlueTsvReader.SizeNote(path, examples.Count, task.TrainSize));
    }

    private static GlueSplit HeldOut(GlueTask task, string path)
    {
        var examples = GlueJsonLinesReader.Read(task, path);
        return new GlueSplit(path, examples, task.DevelopmentSize, string.Create(
            CultureInfo.InvariantCulture,
            $"{HeldOutSubset} has {examples.Count:N0} examples held out of the training split, "
            + $"not the {task.DevelopmentSize:N0} of the published development split"));
    }
}
