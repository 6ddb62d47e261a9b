using Experiments.Shared;
using ModelZoo.Bert;
using ModelZoo.Checkpoints;
using ModelZoo.Encoders;
using ModelZoo.Packages;
using ModelZoo.Tokenizers;
using Reproduction;
using Tasks.Glue;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>A BERT: MiniLM or another model from its package, or whatever BERT the user has.</summary>
internal sealed class BertGlueModel : IGlueModel
{
    private readonly PackagedModel? _package;
    private readonly BertHead _head;
    private readonly Lazy<BertConfig> _config;

    /// <param name="package">The model where the user names no weights.</param>
    /// <param name="head">The classifier's input.</param>
    /// <param name="inputs">What the user gave.</param>
    public BertGlueModel(PackagedModel package, BertHead head, Inputs inputs)
    {
        (_head, Source) = (head, ModelSource.Packaged(package, WordPieceTokenizer.FileName, inputs));
        _package = inputs.Weights is null ? package : null;
        _config = new(() => _package?.Config ?? BertConfigJson.Read(Path.Combine(Source.Folder, ModelCheckpoint.ConfigFileName)));
    }

    public ModelSource Source { get; }

    public IReadOnlyList<string> Projections { get; } = ["query", "key", "value"];

    public IReadOnlyList<string> Head => _head == BertHead.Pooler ? ["classifier"] : ["pre_classifier", "classifier"];

    public IReadOnlyList<string> Frozen => _head == BertHead.Pooler ? ["bert.pooler"] : [];

    public EncoderConfig Config(GlueTask task) => Sizes(task);

    public IReadOnlyDictionary<string, long[]> Shapes(GlueTask task) => BertShapes.Of(Sizes(task));

    public SequenceTokenizer Tokenizer() => WordPieceTokenizer.Load(Source.TokenizerPath);

    public IReadOnlyList<string> Check(GlueTask task, SequenceTokenizer tokenizer)
    {
        using var checkpoint = Open(task, tokenizer);
        return checkpoint.Notes;
    }

    public (nn.Module Module, ISequenceClassifier Classifier) Load(GlueTask task, SequenceTokenizer tokenizer, Generator generator)
    {
        using var checkpoint = Open(task, tokenizer);
        var model = BertForSequenceClassification.Load(checkpoint, generator);
        return (model, model);
    }

    private BertConfig Sizes(GlueTask task) => _config.Value with { NumLabels = task.OutputCount, Head = _head };

    private BertCheckpoint Open(GlueTask task, SequenceTokenizer tokenizer) => GlueCheckpoint.Require<BertCheckpoint, BertConfig>(
        BertCheckpoint.Open(Source.Folder, _head, task.OutputCount), task, tokenizer,
        _package is { } package ? (package.Name, Sizes(task)) : ((string, BertConfig)?)null);
}
