using SpectralAdapters.Files;
using static TorchSharp.torch;

namespace ModelZoo.Checkpoints;

/// <summary>A file of tensors under the names of a model, where its writer used others.</summary>
internal sealed class RenamedTensorFile : ITensorFile
{
    private readonly ITensorFile _file;
    private readonly OrderedDictionary<string, string> _names = [];

    /// <param name="file">The file; disposed with this one.</param>
    /// <param name="rename">The model's name of a tensor in the file.</param>
    /// <exception cref="InvalidDataException">Two tensors have the same name for the model.</exception>
    public RenamedTensorFile(ITensorFile file, Func<string, string> rename)
    {
        _file = file;
        foreach (var name in file.Names)
        {
            if (!_names.TryAdd(rename(name), name))
            {
                throw new InvalidDataException(
                    $"{file.Path}: key '{name}': found '{_names[rename(name)]}' too, expected one of them "
                        + $"('{rename(name)}' of the model).");
            }
        }
    }

    public string Path => _file.Path;

    public IReadOnlyList<string> Names => _names.Keys;

    public bool Contains(string name) => _names.ContainsKey(name);

    public IReadOnlyList<long> Shape(string name) => _file.Shape(InFile(name));

    public ScalarType Dtype(string name) => _file.Dtype(InFile(name));

    public Tensor Read(string name, Device? device = null) => _file.Read(InFile(name), device);

    public void Dispose() => _file.Dispose();

    // An unknown name is the file's to refuse.
    private string InFile(string name) => _names.GetValueOrDefault(name, name);
}
