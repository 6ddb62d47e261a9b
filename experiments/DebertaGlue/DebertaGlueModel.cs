using Experiments.Shared;
using ModelZoo.Deberta;
using ModelZoo.Encoders;
using ModelZoo.Tokenizers;
using Tasks.Glue;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>A DeBERTaV3: the published one, or the zoo's small one.</summary>
/// <param name="source">Where its files are.</param>
/// <param name="config">Its sizes: what a plan counts with, and what the files must have.</param>
internal sealed class DebertaGlueModel(ModelSource source, DebertaConfig config) : IGlueModel
{
    /// <summary>The tokenizer's file.</summary>
    public const string TokenizerFile = "spm.model";

    public ModelSource Source => source;

    public IReadOnlyList<string> Projections { get; } = ["query_proj", "key_proj", "value_proj"];

    // PEFT trains the classifier of a sequence classifier as it is. The pooler stays random and frozen, as the authors ran it.
    public IReadOnlyList<string> Head { get; } = ["classifier"];

    public IReadOnlyList<string> Frozen { get; } = ["pooler"];

    public EncoderConfig Config(GlueTask task) => Sizes(task);

    public IReadOnlyDictionary<string, long[]> Shapes(GlueTask task) => DebertaShapes.Of(Sizes(task));

    public SequenceTokenizer Tokenizer() => DebertaTokenizer.Load(source.TokenizerPath);

    public IReadOnlyList<string> Check(GlueTask task, SequenceTokenizer tokenizer)
    {
        using var checkpoint = Open(task, tokenizer);
        return checkpoint.Notes;
    }

    public (nn.Module Module, ISequenceClassifier Classifier) Load(GlueTask task, SequenceTokenizer tokenizer, Generator generator)
    {
        using var checkpoint = Open(task, tokenizer);
        var model = DebertaForSequenceClassification.Load(checkpoint, generator);
        return (model, model);
    }

    private DebertaConfig Sizes(GlueTask task) => config with { NumLabels = task.OutputCount };

    private DebertaCheckpoint Open(GlueTask task, SequenceTokenizer tokenizer) => GlueCheckpoint.Require<DebertaCheckpoint, DebertaConfig>(
        DebertaCheckpoint.Open(source.Folder, task.OutputCount), task, tokenizer, (source.Name, Sizes(task)));
}
