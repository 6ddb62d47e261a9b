using System.Text;
using Microsoft.ML.Tokenizers;

namespace ModelZoo.Tokenizers;

/// <summary>The tokenizer of Llama 3 over the published tiktoken file, with the ids of the fast tokenizer of transformers.</summary>
/// <remarks>
/// Words are divided by the TiktokenTokenizer of Microsoft.ML.Tokenizers, which takes a word of the vocabulary whole, before any merge, as
/// the reference does. What words are is decided by <see cref="Llama3Words"/>, as the library's regular expressions do not know letters
/// and digits outside the basic plane.
/// </remarks>
public sealed class Llama3Tokenizer : ByteTokenizer
{
    /// <summary>The file's name.</summary>
    public const string FileName = "tokenizer.model";

    private const int Tokens = 128_000;
    private const int SpecialCount = 256;

    // The ids of the special tokens with names of their own, from the first special id on; all others are reserved.
    private static readonly Dictionary<int, string> Names = new()
    {
        [0] = "begin_of_text", [1] = "end_of_text", [6] = "start_header_id", [7] = "end_header_id", [9] = "eot_id",
    };

    private Llama3Tokenizer(
        string path, IReadOnlyList<byte[]> tokens, IReadOnlyList<string> specialTokens, TextTokenizerSettings settings, Tokenizer library)
        : base(
            path, [.. tokens, .. specialTokens.Select(Encoding.UTF8.GetBytes)],
            new SpecialTokenFinder(specialTokens.Index().Select(token => (token.Item, tokens.Count + token.Index))), settings, library)
    {
    }

    /// <summary>Reads tokenizer.model of Llama 3.</summary>
    /// <remarks>
    /// tokenizer_config.json, special_tokens_map.json and added_tokens.json beside it are held against it. tokenizer.json is not read.
    /// </remarks>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is corrupt, truncated or of another kind, or a setting beside it asks for other ids.
    /// </exception>
    public static Llama3Tokenizer Load(string tiktokenPath) => Load(tiktokenPath, Tokens);

    /// <summary>Reads a file of a number of tokens; the special tokens follow them.</summary>
    internal static Llama3Tokenizer Load(string tiktokenPath, int count)
    {
        if (!File.Exists(tiktokenPath))
        {
            var found = TokenizerSettings.HasTokenizerJson(tiktokenPath)
                ? $"{TokenizerSettings.TokenizerJson} beside it, which does not replace it"
                : "no file";
            throw new FileNotFoundException(
                $"{tiktokenPath}: found {found}, expected the tiktoken file (original/{FileName}) from the repository of Llama 3.",
                tiktokenPath);
        }

        var bytes = File.ReadAllBytes(tiktokenPath);
        var tokens = TokenizerFile.Named(tiktokenPath, () => TiktokenFile.Parse(bytes, count));
        string[] special = [.. SpecialTokenNames()];
        var settings = TextTokenizerSettings.Read(
            tiktokenPath, special.Index().ToDictionary(token => token.Item, token => count + token.Index),
            new TextTokenizerDefaults(Bos: count, Eos: count + 1, CleansUpSpaces: true, AddsPrefixSpace: false));
        using var stream = new MemoryStream(bytes);
        var library = TiktokenTokenizer.Create(stream, new Llama3Words(), normalizer: null);
        return new Llama3Tokenizer(tiktokenPath, tokens, special, settings, library);
    }

    private static IEnumerable<string> SpecialTokenNames()
    {
        var reserved = 0;
        for (var place = 0; place < SpecialCount; place++)
        {
            yield return Names.TryGetValue(place, out var name) ? $"<|{name}|>" : $"<|reserved_special_token_{reserved++}|>";
        }
    }
}
