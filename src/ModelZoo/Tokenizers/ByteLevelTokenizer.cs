using System.Text.Json;
using Microsoft.ML.Tokenizers;

namespace ModelZoo.Tokenizers;

/// <summary>
/// A byte-level BPE tokenizer from tokenizer.json: SmolLM2's (digits one by one, then the words of GPT-2), GPT-2's, or Llama 3's.
/// </summary>
/// <remarks>
/// Words are divided by the BpeTokenizer of Microsoft.ML.Tokenizers. What words are is decided by a <see cref="WordPattern"/>, as the
/// library's regular expressions do not know letters and digits outside the basic plane; words that are in the vocabulary are taken whole,
/// where a file says so (Llama 3's <c>ignore_merges</c>), before the library, which does not do that.
/// </remarks>
public sealed class ByteLevelTokenizer : ByteTokenizer
{
    private const string Kind = "ByteLevel";

    private readonly BpeTokenizer _library;
    private readonly WordPattern _words;
    private readonly IReadOnlyDictionary<string, int>? _wholeWords;

    private ByteLevelTokenizer(
        string path, IReadOnlyList<byte[]> tokens, SpecialTokenFinder specialTokens, TextTokenizerSettings settings, BpeTokenizer library,
        WordPattern words, IReadOnlyDictionary<string, int>? wholeWords)
        : base(path, tokens, specialTokens, settings, library) => (_library, _words, _wholeWords) = (library, words, wholeWords);

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
        var ignoresMerges = file.Find("ignore_merges") is { ValueKind: JsonValueKind.True };
        file.RequireModel("ignore_merges", ignoresMerges);
        var settings = TextTokenizerSettings.Read(
            file.Path, file.SpecialTokens, new TextTokenizerDefaults(file.Bos, Eos: null, CleansUpSpaces: true, AddsPrefixSpace: false));
        var vocabulary = file.Vocabulary;
        var library = BpeTokenizer.Create(new BpeOptions(vocabulary.Ids)
        {
            Merges = vocabulary.Merges.Select(merge => $"{vocabulary.Tokens[merge.Left]} {vocabulary.Tokens[merge.Right]}"),
            ByteLevel = true,
            PreTokenizer = words,
        });
        return new ByteLevelTokenizer(
            file.Path, [.. vocabulary.Tokens.Select(ByteCharacters.Bytes)], SpecialTokenFinder.Of(vocabulary.AddedTokens), settings,
            library, words, ignoresMerges ? vocabulary.Ids : null);
    }

    private protected override void AppendText(List<int> ids, string text, bool recognizeSpecialTokens)
    {
        if (_wholeWords is null)
        {
            base.AppendText(ids, text, recognizeSpecialTokens);
            return;
        }

        foreach (var (offset, length) in _words.PreTokenize(text))
        {
            var word = text.AsSpan(offset, length);
            if (_wholeWords.TryGetValue(ByteCharacters.Of(word), out var id))
            {
                ids.Add(id);
            }
            else
            {
                ids.AddRange(_library.EncodeToIds(word, considerPreTokenization: false));
            }
        }
    }

    /// <summary>Whether a tokenizer.json is of this kind.</summary>
    internal static bool IsKindOf(BpeJson file) =>
        file.Part("pre_tokenizer") is { } found && Steps(found).Any(step => BpeJson.IsOfType(step, Kind));

    private static JsonElement[] Steps(JsonElement preTokenizer) =>
        BpeJson.IsOfType(preTokenizer, "Sequence") && preTokenizer.TryGetProperty("pretokenizers", out var list)
        && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [preTokenizer];

    private static WordPattern Words(BpeJson file)
    {
        var found = file.Part("pre_tokenizer")!.Value;
        return Steps(found) switch
        {
            [var words] when IsByteLevel(words, usesPattern: true) => new Gpt2Words(individualDigits: false),
            [var digits, var words] when BpeJson.IsOfType(digits, "Digits") && AddedToken.IsSet(digits, "individual_digits")
                && IsByteLevel(words, usesPattern: true) => new Gpt2Words(individualDigits: true),
            [var split, var bytes] when JsonElement.DeepEquals(split, Llama3Split()) && IsByteLevel(bytes, usesPattern: false) =>
                new Llama3Words(),
            _ => throw file.Wrong(
                "pre_tokenizer", BpeJson.Raw(found), "ByteLevel without add_prefix_space, alone, after Digits with individual_digits, or "
                    + "after Split by the pattern of Llama 3"),
        };
    }

    // Both flags are true where they are absent.
    private static bool IsByteLevel(JsonElement step, bool usesPattern) => BpeJson.IsOfType(step, Kind)
        && step.TryGetProperty("add_prefix_space", out var prefix) && prefix.ValueKind == JsonValueKind.False
        && (step.TryGetProperty("use_regex", out var uses) ? uses.ValueKind : JsonValueKind.True)
            == (usesPattern ? JsonValueKind.True : JsonValueKind.False);

    private static JsonElement Llama3Split() => JsonSerializer.SerializeToElement(
        new { type = "Split", pattern = new { Regex = Llama3Words.Pattern }, behavior = "Isolated", invert = false });
}
