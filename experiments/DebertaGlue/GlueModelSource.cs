using ModelZoo.Deberta;
using ModelZoo.Tokenizers;
using Reproduction;
using Training.Data;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>Where a profile's model, tokenizer and data come from.</summary>
internal static class GlueModelSource
{
    private const string WeightsName = "deberta-v3-base";
    private const string TokenizerFile = "spm.model";
    private const string DataName = "glue";

    // The mini model may be wider or narrower; its sizes in a plan do not depend on the tokenizer at hand.
    private const int PlannedVocabulary = 128_100;

    /// <summary>The sizes of a profile's model for a task.</summary>
    public static DebertaConfig Config(Profile profile, GlueTask task, int vocabulary = PlannedVocabulary) =>
        (profile.IsPaperScale ? DebertaConfig.V3Base : DebertaConfig.Mini(vocabulary)) with { NumLabels = task.OutputCount };

    /// <summary>The model before any tuning.</summary>
    public static DebertaForSequenceClassification Create(Profile profile, GlueTask task, ExperimentOptions options, DebertaTokenizer tokenizer, Generator generator) =>
        profile.IsPaperScale
            ? DebertaForSequenceClassification.Load(WeightsFolder(options.Inputs), generator, task.OutputCount)
            : new DebertaForSequenceClassification(Config(profile, task, tokenizer.VocabularySize), generator);

    /// <summary>The folder of the GLUE tasks.</summary>
    /// <exception cref="UserErrorException">It is nowhere; the message names the places and the command.</exception>
    public static string DataFolder(Inputs inputs) =>
        inputs.FindData(DataName) ?? (inputs.Data is { } given && GlueTask.All.Any(task => Directory.Exists(Path.Combine(given, task.Folder))) ? given : null)
        ?? throw new UserErrorException(
            $"No GLUE data: looked for {string.Join(", ", inputs.DataPlaces(DataName))}. Expected a folder with the tasks' folders (CoLA, RTE, ...) in it; data/README.md says how to get them. Name it with --data.");

    /// <summary>The SentencePiece model: given, beside the weights, in or beside the data.</summary>
    /// <exception cref="UserErrorException">It is nowhere.</exception>
    public static string TokenizerPath(Inputs inputs)
    {
        // A tokenizer that was named on purpose is the only place: another one must not be taken in silence.
        IReadOnlyList<string> places = inputs.Tokenizer is { } given
            ? [given, Path.Combine(given, TokenizerFile)]
            :
            [
                .. inputs.WeightsPlaces(WeightsName).Select(weights => Path.Combine(weights, TokenizerFile)),
                .. inputs.DataPlaces(DataName).SelectMany(data => (string[])
                    [Path.Combine(data, TokenizerFile), Path.Combine(Path.GetDirectoryName(Path.GetFullPath(data))!, "tokenizers", "deberta-v3", TokenizerFile)]),
            ];
        return places.FirstOrDefault(File.Exists) ?? throw new UserErrorException(
            $"No tokenizer: looked for {string.Join(", ", places)}. Expected {TokenizerFile} of microsoft/deberta-v3-base; name it with --tokenizer.");
    }

    /// <summary>The folder of the published model.</summary>
    /// <exception cref="UserErrorException">It is nowhere.</exception>
    public static string WeightsFolder(Inputs inputs) => inputs.FindWeights(WeightsName) ?? throw new UserErrorException(
        $"No weights: looked for {string.Join(", ", inputs.WeightsPlaces(WeightsName))}. Expected the files of microsoft/deberta-v3-base (config.json, pytorch_model.bin or model.safetensors, spm.model); name their folder's parent with --weights.");
}
