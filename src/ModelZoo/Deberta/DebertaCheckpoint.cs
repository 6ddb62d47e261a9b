using System.Globalization;
using ModelZoo.Checkpoints;
using ModelZoo.Tokenizers;
using SpectralAdapters.Files;

namespace ModelZoo.Deberta;

/// <summary>
/// A folder with a DeBERTaV3 model in Hugging Face's layout, opened: config.json, weights and a tokenizer are checked against each other,
/// against a known model and against the classes of a task before any work starts.
/// </summary>
public sealed class DebertaCheckpoint : IDisposable
{
    private const string Prefix = "deberta.";
    private const string Classifier = "classifier.";
    private const string ForSequenceClassification = "ForSequenceClassification";

    // A pretrained file ends at the encoder; the authors ran it with a pooler left as initialised.
    private static readonly string[] HeadPrefixes = ["pooler.", Classifier];

    // Absolute positions that some files carry but V3 does not use.
    private static readonly string[] UnusedPrefixes = [$"{Prefix}embeddings.position_"];

    // An encoder that was saved alone has its names without the model's prefix.
    private static readonly string[] EncoderModules = ["embeddings.", "encoder."];

    // Heads of other tasks that are a linear layer called classifier too.
    private static readonly string[] OtherClassifiers = ["ForTokenClassification", "ForMultipleChoice", "ForQuestionAnswering"];

    private readonly string _configPath;
    private readonly IReadOnlyList<string>? _labels;
    private readonly string? _architecture;
    private readonly ITensorFile _file;
    private readonly IReadOnlyDictionary<string, string> _unread;
    private readonly Lazy<IReadOnlySet<string>> _new;

    private DebertaCheckpoint(
        string configPath, DebertaConfig config, IReadOnlyList<string>? labels, string? architecture, ITensorFile weights)
    {
        (_configPath, Config, _labels, _architecture) = (configPath, config, labels, architecture);
        _file = Renamed(weights);
        _unread = weights is TorchFile torchFile ? torchFile.Unread : new Dictionary<string, string>();
        _new = new(CheckWeights);
    }

    /// <summary>The model's sizes.</summary>
    public DebertaConfig Config { get; }

    /// <summary>The names of the model's tensors that the file lacks: they are random.</summary>
    /// <exception cref="InvalidDataException">The weights are not those of config.json's model.</exception>
    public IReadOnlySet<string> New => _new.Value;

    /// <summary>The names in the file that the model does not use, such as the head of the pretraining task.</summary>
    public IReadOnlyList<string> Unused => [.. _file.Names.Where(name => !DebertaShapes.Of(Config).ContainsKey(name))];

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

    /// <summary>Opens a folder. Its weights are checked against config.json where they are first asked for; no tensor is read.</summary>
    /// <param name="folder">The folder with config.json and model.safetensors or pytorch_model.bin.</param>
    /// <param name="numLabels">Number of classes, where it is not the one that config.json states.</param>
    /// <exception cref="FileNotFoundException">The folder lacks one of the files.</exception>
    /// <exception cref="InvalidDataException">The files do not describe one DeBERTaV3 model.</exception>
    public static DebertaCheckpoint Open(string folder, int? numLabels = null)
    {
        var configPath = Path.Combine(folder, ModelCheckpoint.ConfigFileName);
        var (config, labels, architecture) = DebertaConfigJson.Read(configPath, numLabels);
        var file = ModelCheckpoint.OpenWeights(folder);
        try
        {
            return new DebertaCheckpoint(configPath, config, labels, architecture, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Requires the sizes and settings of a known model, whatever the folder is called.</summary>
    /// <param name="model">The model's name, for the message.</param>
    /// <param name="expected">Its sizes; the number of labels is left out.</param>
    /// <exception cref="InvalidDataException">The folder holds another model.</exception>
    public void RequireModel(string model, DebertaConfig expected)
    {
        var differing = Values(Config).Zip(Values(expected)).Where(pair => pair.First.Value != pair.Second.Value).ToList();
        if (differing.Count > 0)
        {
            throw new InvalidDataException(
                $"{_configPath}: found {string.Join(", ", differing.Select(pair => $"{pair.First.Key} {pair.First.Value}"))}, expected "
                    + $"{string.Join(", ", differing.Select(pair => pair.Second.Value))} of {model}.");
        }
    }

    /// <summary>Requires a tokenizer whose ids the model has embeddings for, with the same padding.</summary>
    /// <exception cref="InvalidDataException">The tokenizer belongs to another model.</exception>
    public void RequireTokenizer(DebertaTokenizer tokenizer)
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

    private IReadOnlySet<string> CheckWeights()
    {
        if (Config.NumHiddenLayers > _file.Names.Count)
        {
            throw new InvalidDataException(
                $"{_configPath}: key 'num_hidden_layers': found {Config.NumHiddenLayers}, expected no more than the "
                    + $"{_file.Names.Count} tensors of {_file.Path}.");
        }

        // What is not the encoder's belongs to other tasks; where the encoder is incomplete, it may be the encoder under other names.
        var shapes = DebertaShapes.Of(Config);
        var others = shapes.Keys.All(name => IsHead(name) || _file.Contains(name))
            ? _file.Names.Where(name => !name.StartsWith(Prefix, StringComparison.Ordinal) && !IsHead(name))
            : [];
        var missing = ModelCheckpoint.Check(_file, shapes, [.. UnusedPrefixes, .. others], HeadPrefixes);
        if (_file.Contains($"{Classifier}weight") && _architecture is { } architecture
            && OtherClassifiers.Any(ending => architecture.EndsWith(ending, StringComparison.Ordinal)))
        {
            throw new InvalidDataException(
                $"{_configPath}: key 'architectures': found {architecture}, whose classifier has another input, expected a model "
                    + $"{ForSequenceClassification} or an encoder.");
        }

        return missing;
    }

    private static ITensorFile Renamed(ITensorFile file)
    {
        var isEncoder = !file.Names.Any(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            && file.Contains("embeddings.word_embeddings.weight");
        var renamed = file.Names.ToDictionary(name => name, Rename);
        return renamed.All(pair => pair.Key == pair.Value) ? file : new RenamedTensorFile(file, name => renamed[name]);

        // Checkpoints that began as TensorFlow's call a layer norm's tensors gamma and beta.
        string Rename(string name)
        {
            var full = isEncoder && EncoderModules.Any(module => name.StartsWith(module, StringComparison.Ordinal)) ? Prefix + name : name;
            return full.EndsWith("LayerNorm.gamma", StringComparison.Ordinal) ? $"{full[..^"gamma".Length]}weight"
                : full.EndsWith("LayerNorm.beta", StringComparison.Ordinal) ? $"{full[..^"beta".Length]}bias"
                : full;
        }
    }

    private static bool IsHead(string name) => HeadPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    private IEnumerable<string> Note(string what, IEnumerable<string> names)
    {
        // By module: the tensors of a head are many.
        var modules = names.GroupBy(name => name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : name)
            .Select(group => group.Key).Order(StringComparer.Ordinal).ToList();
        return modules.Count == 0 ? [] : [$"{_file.Path}: {what}: {string.Join(", ", modules)}."];
    }

    /// <summary>What the model computes depends on, by the keys of config.json.</summary>
    private static IReadOnlyList<(string Key, string Value)> Values(DebertaConfig config) =>
    [
        ("vocab_size", Text(config.VocabSize)),
        ("hidden_size", Text(config.HiddenSize)),
        ("intermediate_size", Text(config.IntermediateSize)),
        ("num_hidden_layers", Text(config.NumHiddenLayers)),
        ("num_attention_heads", Text(config.NumAttentionHeads)),
        ("position_buckets", Text(config.PositionBuckets)),
        ("max_position_embeddings", Text(config.MaxPositionEmbeddings)),
        ("max_relative_positions", Text(config.FarthestDistance)),
        ("pad_token_id", Text(config.PadTokenId)),
        ("hidden_dropout_prob", Text(config.HiddenDropout)),
        ("attention_probs_dropout_prob", Text(config.AttentionDropout)),
        ("pooler_dropout", Text(config.PoolerDropout)),
        ("layer_norm_eps", Text(config.LayerNormEps)),
        ("initializer_range", Text(config.InitializerRange)),
    ];

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
