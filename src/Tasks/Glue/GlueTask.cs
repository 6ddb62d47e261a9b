namespace Tasks.Glue;

/// <summary>
/// A task of the GLUE benchmark: its files, labels and metrics (Wang et al. 2018; label order as in the Hugging Face
/// data set <c>glue</c>, which the official script <c>glue_tune.py</c> reads).
/// </summary>
public sealed record GlueTask
{
    private const string DownloadRoot = "https://dl.fbaipublicfiles.com/glue/data";

    private GlueTask()
    {
    }

    /// <summary>The name on the command line and in results, such as <c>sst2</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The folder's name in the published layout, such as <c>SST-2</c>.</summary>
    public required string Folder { get; init; }

    /// <summary>The classes as the files spell them, in the order of their indices; empty for a regression task.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The metrics of the task by their Hugging Face names; the first one is the column of the paper's Table 1.</summary>
    public required IReadOnlyList<string> Metrics { get; init; }

    /// <summary>The number of examples in the published training split.</summary>
    public required int TrainSize { get; init; }

    /// <summary>The number of examples in the published development split (the matched one for MNLI).</summary>
    public required int DevelopmentSize { get; init; }

    /// <summary>The TSV column of the sentence, or of a pair's first one.</summary>
    public required string Sentence1Column { get; init; }

    /// <summary>The TSV column of a pair's second sentence; null in a single-sentence task.</summary>
    public string? Sentence2Column { get; init; }

    /// <summary>The TSV column of the label.</summary>
    public required string LabelColumn { get; init; }

    /// <summary>The columns of TSV files that have no header line; null where the first line names them.</summary>
    public IReadOnlyList<string>? HeaderlessColumns { get; init; }

    /// <summary>The file of the development split.</summary>
    public string DevelopmentFile { get; init; } = "dev.tsv";

    /// <summary>The archive of the published files.</summary>
    public required string Archive { get; init; }

    /// <summary>Whether the label is a score from 0 to 5 (STS-B) and the model has one output.</summary>
    public bool IsRegression => Labels.Count == 0;

    /// <summary>Whether an example has two sentences.</summary>
    public bool IsPair => Sentence2Column is not null;

    /// <summary>The number of outputs of the classifier: the number of classes, or 1 for a regression task.</summary>
    public int OutputCount => IsRegression ? 1 : Labels.Count;

    /// <summary>The metric that the paper's Table 1 reports.</summary>
    public string ReportedMetric => Metrics[0];

    /// <summary>Corpus of Linguistic Acceptability.</summary>
    public static GlueTask Cola { get; } = new()
    {
        Name = "cola", Folder = "CoLA", Labels = ["0", "1"], Metrics = ["matthews_correlation"],
        TrainSize = 8_551, DevelopmentSize = 1_043,
        HeaderlessColumns = ["source", "label", "original label", "sentence"],
        Sentence1Column = "sentence", LabelColumn = "label", Archive = "CoLA.zip",
    };

    /// <summary>Stanford Sentiment Treebank, two classes.</summary>
    public static GlueTask Sst2 { get; } = new()
    {
        Name = "sst2", Folder = "SST-2", Labels = ["0", "1"], Metrics = ["accuracy"],
        TrainSize = 67_349, DevelopmentSize = 872,
        Sentence1Column = "sentence", LabelColumn = "label", Archive = "SST-2.zip",
    };

    /// <summary>Microsoft Research Paraphrase Corpus.</summary>
    public static GlueTask Mrpc { get; } = new()
    {
        Name = "mrpc", Folder = "MRPC", Labels = ["0", "1"], Metrics = ["accuracy", "f1"],
        TrainSize = 3_668, DevelopmentSize = 408,
        Sentence1Column = "#1 String", Sentence2Column = "#2 String", LabelColumn = "Quality", Archive = "mrpc_dev_ids.tsv",
    };

    /// <summary>Semantic Textual Similarity Benchmark: a score from 0 to 5.</summary>
    public static GlueTask Stsb { get; } = new()
    {
        Name = "stsb", Folder = "STS-B", Labels = [], Metrics = ["pearson", "spearmanr"],
        TrainSize = 5_749, DevelopmentSize = 1_500,
        Sentence1Column = "sentence1", Sentence2Column = "sentence2", LabelColumn = "score", Archive = "STS-B.zip",
    };

    /// <summary>Quora Question Pairs.</summary>
    public static GlueTask Qqp { get; } = new()
    {
        Name = "qqp", Folder = "QQP", Labels = ["0", "1"], Metrics = ["accuracy", "f1"],
        TrainSize = 363_846, DevelopmentSize = 40_430,
        Sentence1Column = "question1", Sentence2Column = "question2", LabelColumn = "is_duplicate", Archive = "QQP-clean.zip",
    };

    /// <summary>Multi-genre natural language inference, matched development split.</summary>
    public static GlueTask Mnli { get; } = new()
    {
        Name = "mnli", Folder = "MNLI", Labels = ["entailment", "neutral", "contradiction"], Metrics = ["accuracy"],
        TrainSize = 392_702, DevelopmentSize = 9_815, DevelopmentFile = "dev_matched.tsv",
        Sentence1Column = "sentence1", Sentence2Column = "sentence2", LabelColumn = "gold_label", Archive = "MNLI.zip",
    };

    /// <summary>Question-answering natural language inference.</summary>
    public static GlueTask Qnli { get; } = new()
    {
        Name = "qnli", Folder = "QNLI", Labels = ["entailment", "not_entailment"], Metrics = ["accuracy"],
        TrainSize = 104_743, DevelopmentSize = 5_463,
        Sentence1Column = "question", Sentence2Column = "sentence", LabelColumn = "label", Archive = "QNLIv2.zip",
    };

    /// <summary>Recognising textual entailment.</summary>
    public static GlueTask Rte { get; } = new()
    {
        Name = "rte", Folder = "RTE", Labels = ["entailment", "not_entailment"], Metrics = ["accuracy"],
        TrainSize = 2_490, DevelopmentSize = 277,
        Sentence1Column = "sentence1", Sentence2Column = "sentence2", LabelColumn = "label", Archive = "RTE.zip",
    };

    /// <summary>The eight tasks in the column order of the paper's Table 1.</summary>
    public static IReadOnlyList<GlueTask> All { get; } = [Mnli, Sst2, Mrpc, Cola, Qnli, Qqp, Rte, Stsb];

    /// <summary>Finds a task by <see cref="Name"/> or <see cref="Folder"/>, in any case.</summary>
    /// <exception cref="ArgumentException">There is no such task; the message lists the known ones.</exception>
    public static GlueTask Parse(string name) =>
        All.FirstOrDefault(task => name.Equals(task.Name, StringComparison.OrdinalIgnoreCase)
                                   || name.Equals(task.Folder, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException(
            $"unknown GLUE task '{name}', expected one of {string.Join(", ", All.Select(task => task.Name))}", nameof(name));

    /// <summary>The shell command that fetches the published files into <paramref name="dataFolder"/>.</summary>
    public string DownloadCommand(string dataFolder) => this == Mrpc
        ? $"mkdir -p {dataFolder}/MRPC && cd {dataFolder}/MRPC && curl -L -o dev_ids.tsv {DownloadRoot}/{Archive} "
          + "&& curl -L -O https://dl.fbaipublicfiles.com/senteval/senteval_data/msr_paraphrase_train.txt"
        : $"curl -L -o {Archive} {DownloadRoot}/{Archive} && unzip {Archive} -d {dataFolder}";

    /// <inheritdoc/>
    public override string ToString() => Name;
}
