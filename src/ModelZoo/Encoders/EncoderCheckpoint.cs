using ModelZoo.Checkpoints;
using ModelZoo.Tokenizers;
using SpectralAdapters.Files;

namespace ModelZoo.Encoders;

/// <summary>
/// A folder with an encoder and perhaps its classifier in Hugging Face's layout, opened: config.json, weights and a tokenizer are checked
/// against each other, against a known model and against the classes of a task before any work starts.
/// </summary>
/// <typeparam name="TConfig">The model's sizes.</typeparam>
public abstract class EncoderCheckpoint<TConfig> : IDisposable
    where TConfig : EncoderConfig
{
    private const string Classifier = "classifier.";
    private const string ForSequenceClassification = "ForSequenceClassification";

    // Heads of other tasks that are a linear layer called classifier too.
    private static readonly string[] OtherClassifiers = ["ForTokenClassification", "ForMultipleChoice", "ForQuestionAnswering"];

    private readonly string _configPath;
    private readonly IReadOnlyList<string>? _labels;
    private readonly string? _architecture;
    private readonly EncoderLayout _layout;
    private readonly Lazy<IReadOnlyDictionary<string, long[]>> _shapes;
    private readonly ITensorFile _file;
    private readonly bool _isGraph;
    private readonly IReadOnlyDictionary<string, string> _unread;
    private readonly Lazy<IReadOnlySet<string>> _new;

    /// <param name="configPath">config.json, for messages.</param>
    /// <param name="config">What it says.</param>
    /// <param name="layout">How the model's tensors are called.</param>
    /// <param name="shapes">The names and shapes of the model's tensors.</param>
    /// <param name="weights">The weights; disposed with this object.</param>
    private protected EncoderCheckpoint(
        string configPath,
        ClassifierConfig<TConfig> config,
        EncoderLayout layout,
        Func<TConfig, IReadOnlyDictionary<string, long[]>> shapes,
        ITensorFile weights)
    {
        _configPath = configPath;
        (Config, _labels, _architecture) = config;
        (_layout, _shapes) = (layout, new(() => shapes(Config)));
        _file = layout.Renamed(weights);
        _isGraph = weights is OnnxFile;
        _unread = weights is TorchFile torchFile ? torchFile.Unread : new Dictionary<string, string>();
        _new = new(CheckWeights);
    }

    /// <summary>The model's sizes.</summary>
    public TConfig Config { get; }

    /// <summary>The names of the model's tensors that the file lacks: they are random.</summary>
    /// <exception cref="InvalidDataException">The weights are not those of config.json's model.</exception>
    public IReadOnlySet<string> New => _new.Value;

    /// <summary>The names in the file that the model does not use, such as the head of the pretraining task.</summary>
    public IReadOnlyList<string> Unused => [.. _file.Names.Where(name => !_shapes.Value.ContainsKey(name))];

    /// <summary>
    /// What is new and what is left over, in words, to be shown once; empty where the file is the whole model and nothing else.
    /// </summary>
    public IReadOnlyList<string> Notes =>
    [
        .. Note("new, with random values, as the file lacks them", New),
        .. Note("left over, as the model has no such tensors", Unused),
        .. _unread.Count == 0
            ? (string[])[]
            : [$"{_file.Path}: not read: {string.Join(", ", _unread.Select(item => $"{item.Key} ({item.Value})"))}."],
    ];

    /// <summary>The weights by the model's names.</summary>
    internal ITensorFile Weights => _file;

    private bool HasClassifier => _file.Contains($"{Classifier}weight");

    /// <summary>Requires the sizes and settings of a known model, whatever the folder is called.</summary>
    /// <param name="model">The model's name, for the message.</param>
    /// <param name="expected">Its sizes; the number of labels is left out.</param>
    /// <exception cref="InvalidDataException">The folder holds another model.</exception>
    public void RequireModel(string model, TConfig expected) =>
        ModelCheckpoint.RequireSettings(_configPath, Settings(Config), Settings(expected), model);

    /// <summary>Requires a tokenizer whose ids the model has embeddings for, with the same padding.</summary>
    /// <exception cref="InvalidDataException">The tokenizer belongs to another model.</exception>
    public void RequireTokenizer(SequenceTokenizer tokenizer)
    {
        if (tokenizer.VocabularySize > Config.VocabSize)
        {
            throw new InvalidDataException(
                $"{tokenizer.Path}: found a tokenizer of {tokenizer.VocabularySize} ids, expected at most the vocab_size "
                    + $"{Config.VocabSize} of {_configPath}.");
        }

        if (tokenizer.PadTokenId != Config.PadTokenId)
        {
            throw new InvalidDataException(
                $"{_configPath}: key 'pad_token_id': found {Config.PadTokenId}, expected {tokenizer.PadTokenId}, the id of [PAD] in "
                    + $"{tokenizer.Path}.");
        }
    }

    /// <summary>Requires weights with the names, shapes and element types of config.json's model.</summary>
    /// <exception cref="InvalidDataException">They are another model's.</exception>
    public void RequireWeights() => _ = New;

    /// <summary>Requires a trained classifier's classes to be a task's, in the task's order; a new classifier has none yet.</summary>
    /// <param name="task">The task's name, for the message.</param>
    /// <param name="names">The names of the task's classes in order; empty where it has none.</param>
    /// <exception cref="InvalidDataException">The classifier was trained for other classes or for another order of them.</exception>
    public void RequireLabels(string task, IReadOnlyList<string> names)
    {
        if (HasClassifier && _labels is not null && names.Count > 0 && !_labels.SequenceEqual(names, StringComparer.OrdinalIgnoreCase))
        {
            throw new InvalidDataException(
                $"{_configPath}: key 'id2label': found {string.Join(", ", _labels)} for the classifier of {_file.Path}, expected "
                    + $"{string.Join(", ", names)} of {task} in this order.");
        }
    }

    /// <summary>Closes the file of weights.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>What the model computes depends on, by the keys of config.json; the number of labels is left out.</summary>
    private protected abstract IEnumerable<(string Key, double? Value)> Settings(TConfig config);

    /// <summary>The settings that all encoders have.</summary>
    private protected static IEnumerable<(string Key, double? Value)> CommonSettings(TConfig config) =>
    [
        ("vocab_size", config.VocabSize),
        ("hidden_size", config.HiddenSize),
        ("intermediate_size", config.IntermediateSize),
        ("num_hidden_layers", config.NumHiddenLayers),
        ("num_attention_heads", config.NumAttentionHeads),
        ("pad_token_id", config.PadTokenId),
        ("hidden_dropout_prob", config.HiddenDropout),
        ("attention_probs_dropout_prob", config.AttentionDropout),
        ("layer_norm_eps", config.LayerNormEps),
        ("initializer_range", config.InitializerRange),
    ];

    private IReadOnlySet<string> CheckWeights()
    {
        if (Config.NumHiddenLayers > _file.Names.Count)
        {
            throw new InvalidDataException(
                $"{_configPath}: key 'num_hidden_layers': found {Config.NumHiddenLayers}, expected no more than the "
                    + $"{_file.Names.Count} tensors of {_file.Path}.");
        }

        // What is not the encoder's belongs to other tasks; where the encoder is incomplete, it may be the encoder under other names. A
        // graph computes with all that it has.
        var others = !_isGraph && _shapes.Value.Keys.All(name => _layout.IsHead(name) || _file.Contains(name))
            ? _file.Names.Where(name => !name.StartsWith(_layout.Prefix, StringComparison.Ordinal) && !_layout.IsHead(name)).ToHashSet()
            : [];
        var missing = ModelCheckpoint.Check(
            _file, _shapes.Value, name => _layout.IsUnused(name) || others.Contains(name), _layout.Heads);
        if (HasClassifier && _architecture is { } architecture
            && OtherClassifiers.Any(ending => architecture.EndsWith(ending, StringComparison.Ordinal)))
        {
            throw new InvalidDataException(
                $"{_configPath}: key 'architectures': found {architecture}, whose classifier has another input, expected a model "
                    + $"{ForSequenceClassification} or an encoder.");
        }

        return missing;
    }

    private IEnumerable<string> Note(string what, IEnumerable<string> names)
    {
        // By module: the tensors of a head are many.
        var modules = names.GroupBy(name => name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : name)
            .Select(group => group.Key).Order(StringComparer.Ordinal).ToList();
        return modules.Count == 0 ? [] : [$"{_file.Path}: {what}: {string.Join(", ", modules)}."];
    }
}
