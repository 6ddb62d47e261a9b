using ModelZoo.Deberta;
using ModelZoo.Tokenizers;
using Reproduction;
using Training.Data;
using Training.Data.MicroGlue;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>
/// Data, tokenizer and model of a run. The paper profile takes the published ones. The others take the small model of
/// data/zoo with its own vocabulary, on generated tasks or on the real ones.
/// </summary>
internal sealed class GlueMaterials
{
    /// <summary>The profile of the small model on generated tasks.</summary>
    public const string MiniProfile = "mini";

    /// <summary>The profile of the small model on the real tasks.</summary>
    public const string MiniDataProfile = "mini-data";

    private const string PaperModel = "deberta-v3-base";
    private const string ZooModel = "deberta-mini";
    private const string TokenizerFile = "spm.model";
    private const string DataName = "glue";
    private const int GeneratedSeed = 0;

    // The learning rates are chosen on other rows of the same tasks.
    private const int TuningSeed = 1;

    // The zoo's vocabulary; a plan needs no file.
    private const int MiniVocabulary = 8_000;

    private readonly Profile profile;
    private readonly Inputs inputs;

    public GlueMaterials(Profile profile, Inputs inputs) => (this.profile, this.inputs) = (profile, inputs);

    /// <summary>Whether the tasks are generated.</summary>
    public bool IsGenerated => profile.Name == MiniProfile || profile.IsTuning;

    /// <summary>Where the data come from, as recorded with each trial.</summary>
    public string DataSource => IsGenerated ? $"MicroGlue, seed {DataSeed}" : "files";

    /// <summary>Which model is tuned, as recorded with each trial.</summary>
    public string Model => profile.IsPaperScale ? $"microsoft/{PaperModel}" : $"data/zoo/{ZooModel}";

    private int DataSeed => profile.IsTuning ? TuningSeed : GeneratedSeed;

    private static string ZooFolder => Path.Combine(RepositoryFolder.Find(), "data", "zoo", ZooModel);

    /// <summary>The sizes of a profile's model for a task, for a plan.</summary>
    public static DebertaConfig Config(Profile profile, GlueTask task) =>
        (profile.IsPaperScale ? DebertaConfig.V3Base : DebertaConfig.Mini(MiniVocabulary)) with { NumLabels = task.OutputCount };

    /// <summary>The rows of a task.</summary>
    /// <exception cref="UserErrorException">The data are nowhere; the message names the places and the command.</exception>
    public GlueDataset Data(GlueTask task) => IsGenerated ? MicroGlueData.Generate(task, DataSeed) : GlueDataset.Load(task, DataFolder());

    /// <summary>The tokenizer: given, beside the weights, in or beside the data.</summary>
    /// <exception cref="UserErrorException">It is nowhere.</exception>
    public DebertaTokenizer Tokenizer()
    {
        var places = TokenizerPlaces();
        return DebertaTokenizer.Load(places.FirstOrDefault(File.Exists) ?? throw new UserErrorException(
            $"No tokenizer: looked for {string.Join(", ", places)}. Expected {TokenizerFile} of microsoft/{PaperModel}; name it with --tokenizer."));
    }

    /// <summary>The model before any tuning.</summary>
    /// <param name="task">The task, for the number of outputs.</param>
    /// <param name="generator">Source of what no file gives: pooler and classifier.</param>
    /// <exception cref="UserErrorException">The weights are nowhere.</exception>
    public DebertaForSequenceClassification CreateModel(GlueTask task, Generator generator) =>
        DebertaForSequenceClassification.Load(WeightsFolder(), generator, task.OutputCount);

    /// <summary>Refuses what is missing or broken, before any work.</summary>
    /// <exception cref="UserErrorException">Names it.</exception>
    public void Check(IEnumerable<GlueTask> tasks)
    {
        get_num_threads(); // a missing libtorch or compiler stops here
        Tokenizer();
        WeightsFolder();
        foreach (var task in tasks)
        {
            Data(task);
        }
    }

    private string WeightsFolder() => !profile.IsPaperScale
        ? Existing(ZooFolder)
        : inputs.FindWeights(PaperModel) ?? throw new UserErrorException(
            $"No weights: looked for {string.Join(", ", inputs.WeightsPlaces(PaperModel))}. Expected the files of microsoft/{PaperModel} (config.json, pytorch_model.bin or model.safetensors, spm.model); name their folder's parent with --weights.");

    private static string Existing(string folder) => Directory.Exists(folder)
        ? folder
        : throw new UserErrorException($"No mini model: {folder} does not exist. It is part of the repository; tools/Pretrain makes it anew.");

    private string DataFolder() =>
        inputs.FindData(DataName) ?? (inputs.Data is { } given && GlueTask.All.Any(task => Directory.Exists(Path.Combine(given, task.Folder))) ? given : null)
        ?? throw new UserErrorException(
            $"No GLUE data: looked for {string.Join(", ", inputs.DataPlaces(DataName))}. Expected a folder with the tasks' folders (CoLA, RTE, ...) in it; data/README.md says how to get them. Name it with --data.");

    private IReadOnlyList<string> TokenizerPlaces()
    {
        if (!profile.IsPaperScale)
        {
            return inputs.Tokenizer is null
                ? [Path.Combine(ZooFolder, TokenizerFile)]
                : throw new UserErrorException($"--tokenizer {inputs.Tokenizer}: found another vocabulary for profile {profile.Name}, expected none: the small model has its own.");
        }

        // A tokenizer that was named on purpose is the only place: another one must not be taken in silence.
        return inputs.Tokenizer is { } given
            ? [given, Path.Combine(given, TokenizerFile)]
            : [.. inputs.WeightsPlaces(PaperModel).Select(weights => Path.Combine(weights, TokenizerFile))];
    }
}
