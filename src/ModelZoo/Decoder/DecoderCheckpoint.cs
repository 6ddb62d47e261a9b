using ModelZoo.Checkpoints;
using SpectralAdapters.Files;
using TorchSharp;

namespace ModelZoo.Decoder;

/// <summary>
/// A pretrained decoder, opened: a folder in Hugging Face's layout or a GGUF file. Sizes, names and shapes are checked against each other
/// before any weight is loaded.
/// </summary>
public sealed class DecoderCheckpoint : IDisposable
{
    private const string Embedding = "model.embed_tokens.weight";
    private const string Head = "lm_head.weight";
    private const string GgufEnding = ".gguf";

    // The frequencies of the rotary embeddings, which older files carry in each layer; they follow from the config.
    private const string Frequencies = ".rotary_emb.inv_freq";

    private readonly string _configPath;

    private DecoderCheckpoint(string configPath, DecoderConfig config, ITensorFile weights)
    {
        (_configPath, Config, Weights) = (configPath, config, weights);
        CheckWeights();
    }

    /// <summary>The model's sizes: those of config.json, or those that the metadata of a GGUF file state.</summary>
    public DecoderConfig Config { get; }

    /// <summary>
    /// The weights by the model's names, with the shapes of <see cref="DecoderShapes"/>. A tied head may stand in the file too, with the
    /// values of the embedding, or in its place.
    /// </summary>
    public ITensorFile Weights { get; }

    /// <summary>
    /// Opens a model and checks it. No weights are read, except those of a head that stands in the file beside the embedding it is tied to.
    /// </summary>
    /// <param name="path">
    /// A folder with config.json and model.safetensors, model.safetensors.index.json, pytorch_model.bin or a single GGUF file; or a GGUF
    /// file.
    /// </param>
    /// <exception cref="FileNotFoundException">The folder lacks one of the files.</exception>
    /// <exception cref="InvalidDataException">The files do not describe one Llama or Mistral model.</exception>
    public static DecoderCheckpoint Open(string path)
    {
        var configPath = path;
        DecoderConfig? config = null;
        ITensorFile weights;
        if (path.EndsWith(GgufEnding, StringComparison.OrdinalIgnoreCase) || File.Exists(path))
        {
            weights = GgufFile.Open(path);
        }
        else
        {
            configPath = Path.Combine(path, ModelCheckpoint.ConfigFileName);
            config = DecoderConfigJson.Read(configPath);
            weights = SingleGguf(path) is { } gguf ? GgufFile.Open(gguf) : ModelCheckpoint.OpenWeights(path);
        }

        try
        {
            if (weights is GgufFile file)
            {
                config ??= file.Config;
                RequireSameModel(configPath, config, file);
            }

            return new DecoderCheckpoint(configPath, config!, WithEmbedding(config!, weights));
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Requires the sizes and settings of a known model, whatever the folder is called.</summary>
    /// <param name="model">The model's name, for the message.</param>
    /// <param name="expected">Its sizes.</param>
    /// <exception cref="InvalidDataException">It is another model.</exception>
    public void RequireModel(string model, DecoderConfig expected) =>
        ModelCheckpoint.RequireSettings(_configPath, Settings(Config), Settings(expected), model);

    /// <summary>Requires a tokenizer whose ids the model has embeddings for.</summary>
    /// <param name="tokenizerPath">The tokenizer's file, for the message.</param>
    /// <param name="size">The number of its ids.</param>
    /// <exception cref="InvalidDataException">The vocabulary is larger than the head: the tokenizer belongs to another model.</exception>
    public void RequireVocabulary(string tokenizerPath, int size)
    {
        if (size > Config.VocabSize)
        {
            throw new InvalidDataException(
                $"{tokenizerPath}: found a tokenizer of {size} ids, expected at most the vocab_size {Config.VocabSize} of {_configPath}.");
        }
    }

    /// <summary>Closes the file of weights.</summary>
    public void Dispose() => Weights.Dispose();

    // Of tensors that are one, safetensors' writer keeps the first name.
    private static ITensorFile WithEmbedding(DecoderConfig config, ITensorFile weights) =>
        config.TieWordEmbeddings && weights.Contains(Head) && !weights.Contains(Embedding)
            ? new RenamedTensorFile(weights, name => name == Head ? Embedding : name)
            : weights;

    private static string? SingleGguf(string folder) =>
        ModelCheckpoint.WeightFiles(folder).Count == 0 && Directory.GetFiles(folder, $"*{GgufEnding}") is [var gguf] ? gguf : null;

    // What a GGUF file does not state is config.json's to say; the ids of its metadata belong to the tokenizer inside it.
    private static void RequireSameModel(string configPath, DecoderConfig config, GgufFile file) =>
        ModelCheckpoint.RequireSettings(
            configPath,
            Settings(config),
            Settings(file.Config with
            {
                SlidingWindow = file.Config.SlidingWindow ?? config.SlidingWindow,
                BosTokenId = config.BosTokenId,
                EosTokenId = config.EosTokenId,
                PadTokenId = config.PadTokenId,
                InitializerRange = config.InitializerRange,
            }),
            file.Path);

    // By the keys of config.json. The family says nothing beyond them.
    private static IEnumerable<(string Key, double? Value)> Settings(DecoderConfig config) =>
    [
        ("vocab_size", config.VocabSize),
        ("hidden_size", config.HiddenSize),
        ("intermediate_size", config.IntermediateSize),
        ("num_hidden_layers", config.NumHiddenLayers),
        ("num_attention_heads", config.NumAttentionHeads),
        ("num_key_value_heads", config.NumKeyValueHeads),
        ("head_dim", config.HeadDim),
        ("max_position_embeddings", config.MaxPositionEmbeddings),
        ("rope_theta", config.RopeTheta),
        ("rms_norm_eps", config.RmsNormEps),
        ("tie_word_embeddings", config.TieWordEmbeddings ? 1 : 0),
        ("sliding_window", config.SlidingWindow),
        ("bos_token_id", config.BosTokenId),
        ("eos_token_id", config.EosTokenId),
        ("pad_token_id", config.PadTokenId),
        ("initializer_range", config.InitializerRange),
    ];

    private void CheckWeights()
    {
        if (Config.NumHiddenLayers > Weights.Names.Count)
        {
            throw new InvalidDataException(
                $"{_configPath}: key 'num_hidden_layers': found {Config.NumHiddenLayers}, expected no more than the "
                    + $"{Weights.Names.Count} tensors of {Weights.Path}.");
        }

        var hasTiedHead = Config.TieWordEmbeddings && Weights.Contains(Head);
        ModelCheckpoint.Check(
            Weights,
            DecoderShapes.Of(Config),
            name => name.EndsWith(Frequencies, StringComparison.Ordinal) || (hasTiedHead && name == Head),
            optional: []);
        if (hasTiedHead)
        {
            RequireTiedHead();
        }
    }

    private void RequireTiedHead()
    {
        using var scope = torch.NewDisposeScope();
        if (!Weights.Shape(Head).SequenceEqual(Weights.Shape(Embedding)) || Weights.Dtype(Head) != Weights.Dtype(Embedding)
            || !Weights.Read(Head).eq(Weights.Read(Embedding)).all().item<bool>())
        {
            throw new InvalidDataException(
                $"{Weights.Path}: key '{Head}': found other values than those of {Embedding}, expected the same, as {_configPath} ties the "
                    + "head to the embedding (tie_word_embeddings).");
        }
    }
}
