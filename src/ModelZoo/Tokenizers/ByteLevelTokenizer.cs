using System.Text;
using System.Text.Json;
using Microsoft.ML.Tokenizers;

namespace ModelZoo.Tokenizers;

/// <summary>A byte-level BPE tokenizer from tokenizer.json, such as SmolLM2's: digits one by one, then the words of GPT-2.</summary>
/// <remarks>
/// Words are divided by the BpeTokenizer of Microsoft.ML.Tokenizers. What words are is decided by <see cref="Gpt2Words"/>, as the
/// library's regular expressions do not know letters and digits outside the basic plane.
/// </remarks>
public sealed class ByteLevelTokenizer : ByteTokenizer
{
    private const string Kind = "ByteLevel";

    private ByteLevelTokenizer(
        string path, IReadOnlyList<byte[]> tokens, SpecialTokenFinder specialTokens, TextTokenizerSettings settings, Tokenizer library)
        : base(path, tokens, specialTokens, settings, library)
    {
    }

    /// <summary>Reads tokenizer.json of this kind.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or has a part that would give other ids.</exception>
    internal static ByteLevelTokenizer Read(BpeJson file)
    {
        file.Require("normalizer", null);
        if (file.Part("decoder") is not { } decoder || !BpeJson.IsOfType(decoder, Kind))
        {
            throw file.Wrong("decoder", BpeJson.Raw(file.Part("decoder")), $"an object of type {Kind}");
        }

        var words = Words(file);
        file.RequireModel("unk_token", "");
        file.RequireModel("ignore_merges", false);
        var settings = TextTokenizerSettings.Read(
            file.Path, file.SpecialTokens, new TextTokenizerDefaults(file.Bos, Eos: null, CleansUpSpaces: true, AddsPrefixSpace: false));
        var vocabulary = file.Vocabulary;
        var library = BpeTokenizer.Create(new BpeOptions(vocabulary.Ids)
        {
            Merges = vocabulary.Merges.Select(merge => $"{vocabulary.Tokens[merge.Left]} {vocabulary.Tokens[merge.Right]}"),
            ByteLevel = true,
            PreTokenizer = words,
        });
        var characters = ByteCharacters();
        return new ByteLevelTokenizer(
            file.Path, [.. vocabulary.Tokens.Select(token => Bytes(token, characters))], SpecialTokenFinder.Of(file.AddedTokens), settings,
            library);
    }

    /// <summary>Whether a tokenizer.json is of this kind.</summary>
    internal static bool IsKindOf(BpeJson file) => file.Part("pre_tokenizer") is { } found && Steps(found).Any(IsByteLevel);

    private static bool IsByteLevel(JsonElement step) => BpeJson.IsOfType(step, Kind);

    private static JsonElement[] Steps(JsonElement preTokenizer) =>
        BpeJson.IsOfType(preTokenizer, "Sequence") && preTokenizer.TryGetProperty("pretokenizers", out var list)
        && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [preTokenizer];

    private static Gpt2Words Words(BpeJson file)
    {
        var found = file.Part("pre_tokenizer")!.Value;
        return Steps(found) switch
        {
            [var words] when AreWords(words) => new Gpt2Words(individualDigits: false),
            [var digits, var words] when BpeJson.IsOfType(digits, "Digits") && AddedToken.IsSet(digits, "individual_digits")
                && AreWords(words) => new Gpt2Words(individualDigits: true),
            _ => throw file.Wrong(
                "pre_tokenizer", BpeJson.Raw(found), "ByteLevel (add_prefix_space false, use_regex true), after Digits (individual_digits) "
                    + "or alone"),
        };
    }

    private static bool AreWords(JsonElement step) => IsByteLevel(step) && !AddedToken.IsSet(step, "add_prefix_space")
        && step.TryGetProperty("add_prefix_space", out _) && (!step.TryGetProperty("use_regex", out _) || AddedToken.IsSet(step, "use_regex"));

    // GPT-2 writes bytes as printable characters: itself where it is one, else one from U+0100 on.
    private static Dictionary<char, byte> ByteCharacters()
    {
        var characters = new Dictionary<char, byte>();
        var other = '\u0100';
        for (var value = 0; value <= byte.MaxValue; value++)
        {
            var isPrintable = value is (>= '!' and <= '~') or (>= '\u00A1' and <= '\u00AC') or (>= '\u00AE' and <= '\u00FF');
            characters.Add(isPrintable ? (char)value : other++, (byte)value);
        }

        return characters;
    }

    private static byte[] Bytes(string token, Dictionary<char, byte> characters) => token.All(characters.ContainsKey)
        ? [.. token.Select(character => characters[character])]
        : Encoding.UTF8.GetBytes(token);
}
