using ModelZoo.Checkpoints;
using SpectralAdapters.Files;

namespace ModelZoo.Encoders;

/// <summary>How the tensors of an encoder and its head are called in Hugging Face's files.</summary>
/// <param name="Prefix">The prefix of the encoder's tensors.</param>
/// <param name="Modules">The encoder's modules: their names lack the prefix where the encoder was saved alone.</param>
/// <param name="Heads">Prefixes of the modules that a file may lack: they are new then.</param>
/// <param name="Unused">Prefixes of tensors that some files carry but the model does not use.</param>
internal sealed record EncoderLayout(
    string Prefix, IReadOnlyList<string> Modules, IReadOnlyList<string> Heads, IReadOnlyList<string> Unused)
{
    /// <summary>Whether a tensor belongs to a module that a file may lack.</summary>
    public bool IsHead(string name) => Heads.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Whether a tensor is one that some files carry but the model does not use.</summary>
    public bool IsUnused(string name) => Unused.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>The file by the model's names.</summary>
    /// <exception cref="InvalidDataException">Two tensors have the same name for the model.</exception>
    public ITensorFile Renamed(ITensorFile file)
    {
        var isEncoder = !file.Names.Any(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            && file.Contains("embeddings.word_embeddings.weight");
        var renamed = file.Names.ToDictionary(name => name, Rename);
        return renamed.All(pair => pair.Key == pair.Value) ? file : new RenamedTensorFile(file, name => renamed[name]);

        // Checkpoints that began as TensorFlow's call a layer norm's tensors gamma and beta.
        string Rename(string name)
        {
            var full = isEncoder && Modules.Any(module => name.StartsWith(module, StringComparison.Ordinal)) ? Prefix + name : name;
            return full.EndsWith("LayerNorm.gamma", StringComparison.Ordinal) ? $"{full[..^"gamma".Length]}weight"
                : full.EndsWith("LayerNorm.beta", StringComparison.Ordinal) ? $"{full[..^"beta".Length]}bias"
                : full;
        }
    }
}
