using System.Globalization;
using ModelZoo.Checkpoints;
using ModelZoo.Deberta;
using ModelZoo.Tokenizers;
using Reproduction;
using Tasks.Glue;
using Tasks.MicroGlue;
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

    // The size of the subsets of MNLI, QQP and QNLI, for a task whose whole training split is at hand too.
    private const int MostRowsOfMiniData = 9_000;

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
    public string DataSource => IsGenerated ? $"MicroGlue, seed {DataSeed}" : "files of GLUE";

    /// <summary>Which model is tuned, as recorded with each trial.</summary>
    public string Model => profile.IsPaperScale ? $"microsoft/{PaperModel}" : $"data/zoo/{ZooModel}";

    /// <summary>Whether the small model drops anything out in fine-tuning, as its config.json has it.</summary>
    /// <exception cref="IOException">The model is not there.</exception>
    public static bool MiniHasDropout =>
        DebertaConfigJson.Read(Path.Combine(ZooFolder, ModelCheckpoint.ConfigFileName)) is { HiddenDropout: > 0 } or { AttentionDropout: > 0 };

    private int DataSeed => profile.IsTuning ? TuningSeed : GeneratedSeed;

    private static string ZooFolder => Path.Combine(RepositoryFolder.Find(), "data", "zoo", ZooModel);

    /// <summary>The sizes of a profile's model for a task, for a plan.</summary>
    public static DebertaConfig Config(Profile profile, GlueTask task) =>
        (profile.IsPaperScale ? DebertaConfig.V3Base : DebertaConfig.Mini(MiniVocabulary)) with { NumLabels = task.OutputCount };

    /// <summary>The training rows of a profile's task, for a plan.</summary>
    public static int TrainRows(Profile profile, GlueTask task) =>
        profile.IsPaperScale ? task.TrainSize
        : profile.Name == MiniDataProfile ? Math.Min(task.TrainSize, MostRowsOfMiniData)
        : MicroGlueData.Generate(task, GeneratedSeed).Train.Examples.Count;

    /// <summary>Refuses inputs that the profile has no use for.</summary>
    /// <exception cref="UserErrorException">Names the option.</exception>
    public void RefuseUnused()
    {
        if (profile.IsPaperScale)
        {
            return;
        }

        Refuse("--tokenizer", inputs.Tokenizer, "the small model has its own vocabulary");
        Refuse("--weights", inputs.Weights, $"the small model is that of {Model}");
        Refuse("--data", IsGenerated ? inputs.Data : null, "its tasks are generated");

        void Refuse(string option, string? given, string why)
        {
            if (given is not null)
            {
                throw new UserErrorException($"{option} {given}: has no effect at profile {profile.Name}: {why}.");
            }
        }
    }

    /// <summary>The rows of a task.</summary>
    /// <exception cref="UserErrorException">The data are nowhere; the message names the places.</exception>
    public GlueDataset Data(GlueTask task)
    {
        if (IsGenerated)
        {
            return MicroGlueData.Generate(task, DataSeed);
        }

        var data = GlueDataset.Load(task, DataFolder());
        if (profile.IsPaperScale)
        {
            RefuseUnpublished(data.Train);
            RefuseUnpublished(data.Development);
            return data;
        }

        return data with { Train = FirstRows(data.Train, MostRowsOfMiniData) };
    }

    /// <summary>The files of the model: its settings and its weights.</summary>
    /// <exception cref="UserErrorException">The weights are nowhere.</exception>
    public IReadOnlyList<string> ModelFiles() =>
    [
        .. ((string[])[ModelCheckpoint.ConfigFileName, WeightsFile()]).Select(file => Path.Combine(WeightsFolder(), file)),
    ];

    /// <summary>The tokenizer: given, or beside the weights.</summary>
    /// <exception cref="UserErrorException">It is nowhere.</exception>
    public DebertaTokenizer Tokenizer() => DebertaTokenizer.Load(TokenizerPath());

    /// <summary>The tokenizer's file.</summary>
    /// <exception cref="UserErrorException">It is nowhere.</exception>
    public string TokenizerPath()
    {
        var places = TokenizerPlaces();
        return places.FirstOrDefault(File.Exists) ?? throw new UserErrorException(
            $"No tokenizer: looked for {string.Join(", ", places)}. Expected {TokenizerFile} of microsoft/{PaperModel}; name it with --tokenizer.");
    }

    /// <summary>The model before any tuning.</summary>
    /// <param name="task">The task, for the number of outputs.</param>
    /// <param name="generator">Source of what no file gives: pooler and classifier.</param>
    /// <exception cref="UserErrorException">The weights are nowhere.</exception>
    public DebertaForSequenceClassification CreateModel(GlueTask task, Generator generator) =>
        DebertaForSequenceClassification.Load(WeightsFolder(), generator, task.OutputCount);

    /// <summary>Refuses what is missing or broken, before any work.</summary>
    /// <exception cref="Exception">Of any type; its message names what is missing or broken.</exception>
    public void Check(IEnumerable<GlueTask> tasks)
    {
        Tokenizer();
        using var generator = new Generator(0);
        foreach (var (i, task) in tasks.Index())
        {
            Data(task);
            if (i == 0)
            {
                using var model = CreateModel(task, generator);
            }
        }
    }

    private string WeightsFolder() => !profile.IsPaperScale
        ? Existing(ZooFolder)
        : inputs.FindWeights(PaperModel) ?? throw new UserErrorException(
            $"No weights: looked for {string.Join(", ", inputs.WeightsPlaces(PaperModel))}. Expected the files of microsoft/{PaperModel} (config.json, pytorch_model.bin or model.safetensors, spm.model); name their folder's parent with --weights.");

    private string WeightsFile() => File.Exists(Path.Combine(WeightsFolder(), ModelCheckpoint.SafetensorsFileName))
        ? ModelCheckpoint.SafetensorsFileName
        : ModelCheckpoint.TorchFileName;

    // A score on other rows is not the paper's, however good the model.
    private static void RefuseUnpublished(GlueSplit split)
    {
        if (split.Examples.Count != split.PublishedSize)
        {
            throw new UserErrorException(string.Create(
                CultureInfo.InvariantCulture,
                $"{split.Path}: found {split.Examples.Count} rows, expected the {split.PublishedSize} of the published split at profile {Profile.PaperName}; {split.Note}"));
        }
    }

    private static GlueSplit FirstRows(GlueSplit split, int most) => split.Examples.Count <= most ? split : split with
    {
        Examples = [.. split.Examples.Take(most)],
        Note = string.Join("; ", ((string?[])[split.Note, string.Create(CultureInfo.InvariantCulture, $"the first {most} of {split.Examples.Count} rows of {Path.GetFileName(split.Path)}")]).OfType<string>()),
    };

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
            return [Path.Combine(ZooFolder, TokenizerFile)];
        }

        // A tokenizer that was named on purpose is the only place: another one must not be taken in silence.
        return inputs.Tokenizer is { } given
            ? [given, Path.Combine(given, TokenizerFile)]
            : [.. inputs.WeightsPlaces(PaperModel).Select(weights => Path.Combine(weights, TokenizerFile))];
    }
}
