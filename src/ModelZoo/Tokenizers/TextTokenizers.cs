using System.Text;
using System.Text.Json;
using ModelZoo.Checkpoints;

namespace ModelZoo.Tokenizers;

/// <summary>Reads the tokenizer of a decoder, of whatever kind its files are.</summary>
public static class TextTokenizers
{
    // The fast tokenizer's file first, which transformers prefers too; Llama 3's own folder has its tiktoken file in a folder below.
    private static readonly string[] FileNames =
        [TokenizerSettings.TokenizerJson, Llama3Tokenizer.FileName, System.IO.Path.Combine("original", Llama3Tokenizer.FileName)];

    // Larger than any tokenizer's file; weights given by mistake are not read.
    private const long MostBytes = 1L << 28;

    /// <summary>
    /// Reads tokenizer.json or tokenizer.model. Which kind it is says the file's content: a BPE model of bytes or with byte fallback, a
    /// SentencePiece model, or the tokens of tiktoken.
    /// </summary>
    /// <param name="path">The file, or a folder with one, such as a model's.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged or of a kind that is not implemented, or a file beside it asks for other ids.
    /// </exception>
    public static TextTokenizer Load(string path)
    {
        var file = Directory.Exists(path) ? Find(path) : path;
        if (!File.Exists(file))
        {
            throw new FileNotFoundException($"{path}: found no such file or folder, expected a tokenizer ({Described()}).", path);
        }

        return FirstByte(file) switch
        {
            (byte)'{' => LoadJson(file),
            // The tag of the first piece.
            0x0A => SentencePieceBpeTokenizer.Load(file),
            var first when char.IsAsciiLetterOrDigit((char)first) || first is (byte)'+' or (byte)'/' => Llama3Tokenizer.Load(file),
            var first => throw new InvalidDataException(
                $"{file}: found a file that begins with the byte 0x{first:X2}, expected {Described()}."),
        };
    }

    private static TextTokenizer LoadJson(string path)
    {
        using var json = ConfigJson.Open(path);
        var file = new BpeJson(json);
        return file.HasByteFallback ? SentencePieceBpeTokenizer.Read(file)
            : ByteLevelTokenizer.IsKindOf(file) ? ByteLevelTokenizer.Read(file)
            : throw file.Wrong(
                "model", $"BPE without byte_fallback and the pre_tokenizer {BpeJson.Raw(file.Part("pre_tokenizer"))}",
                "BPE with byte_fallback or a pre_tokenizer of type ByteLevel");
    }

    private static string Find(string folder) =>
        FileNames.Select(name => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"{folder}: found no tokenizer in this folder, expected {Described()}.", folder);

    private static byte FirstByte(string path)
    {
        using var stream = File.OpenRead(path);
        var first = stream.ReadByte();
        return first >= 0 && stream.Length <= MostBytes
            ? (byte)first
            : throw new InvalidDataException($"{path}: found {stream.Length} bytes, expected a tokenizer ({Described()}).");
    }

    private static string Described() => $"{TokenizerSettings.TokenizerJson}, or {Llama3Tokenizer.FileName} of SentencePiece or tiktoken";
}
