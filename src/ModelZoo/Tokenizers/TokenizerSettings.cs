using System.Globalization;
using System.Text.Json;
using ModelZoo.Checkpoints;

namespace ModelZoo.Tokenizers;

/// <summary>
/// The files that transformers keeps beside a vocabulary. They can ask for other ids than the vocabulary gives (lower case, other special
/// tokens): each setting that can is held against the tokenizer and refused where it differs. Keys that change no id are not looked at.
/// </summary>
/// <param name="classes">The names of the tokenizer in transformers.</param>
/// <param name="specialTokens">The special tokens with their ids.</param>
internal abstract class TokenizerSettings(IReadOnlyList<string> classes, IReadOnlyList<(string Text, int Id)> specialTokens)
{
    /// <summary>The file of a fast tokenizer; not read in place of the vocabulary.</summary>
    public const string TokenizerJson = "tokenizer.json";

    // Names in transformers; the beginning and the end of a sequence are the classification token and the separator.
    private static readonly (string Key, string Text)[] Roles =
    [
        ("bos_token", "[CLS]"), ("eos_token", "[SEP]"), ("cls_token", "[CLS]"), ("sep_token", "[SEP]"), ("unk_token", "[UNK]"),
        ("pad_token", "[PAD]"), ("mask_token", "[MASK]"),
    ];

    private static readonly string[] OtherTokens = ["additional_special_tokens", "extra_special_tokens"];

    protected IReadOnlyList<(string Text, int Id)> SpecialTokens => specialTokens;

    /// <summary>Whether a file of a fast tokenizer stands beside a path.</summary>
    public static bool HasTokenizerJson(string vocabularyPath) => File.Exists(TokenizerFile.Beside(vocabularyPath, TokenizerJson));

    /// <summary>Holds the files beside a vocabulary against it.</summary>
    /// <exception cref="InvalidDataException">A setting asks for other ids; the message names file and key.</exception>
    public void Check(string vocabularyPath)
    {
        TokenizerFile.ReadBeside(vocabularyPath, "tokenizer_config.json", CheckConfig);
        TokenizerFile.ReadBeside(vocabularyPath, "special_tokens_map.json", CheckTokens);
        TokenizerFile.ReadBeside(vocabularyPath, "added_tokens.json", CheckAddedTokens);
        TokenizerFile.ReadBeside(vocabularyPath, TokenizerJson, json =>
        {
            CheckFastTokens(json);
            FastPostProcessor.Check(json, Id("[CLS]"), Id("[SEP]"));
            CheckFastTokenizer(json);
        });
    }

    /// <summary>Checks what tokenizer_config.json says of this kind of tokenizer.</summary>
    protected abstract void CheckOptions(ConfigJson json);

    /// <summary>Whether special tokens are the same where they are looked for in normalised text.</summary>
    protected abstract bool AreNormalizedTokensAlike { get; }

    /// <summary>Checks normaliser, words and vocabulary of tokenizer.json.</summary>
    protected abstract void CheckFastTokenizer(ConfigJson json);

    /// <summary>The object <c>model</c> of tokenizer.json, whose type has to be one; null where there is none.</summary>
    protected static JsonElement? Model(ConfigJson json, string type, string vocabularyFile)
    {
        if (json.Find("model") is not { ValueKind: JsonValueKind.Object } model)
        {
            return null;
        }

        return model.TryGetProperty("type", out var found) && found.ValueKind == JsonValueKind.String && found.GetString() == type
            ? model
            : throw new InvalidDataException(
                $"{json.Path}: key 'model': found the type {(found.ValueKind == JsonValueKind.Undefined ? "none" : found.GetRawText())}, "
                    + $"expected \"{type}\" as {vocabularyFile}.");
    }

    private void CheckConfig(ConfigJson json)
    {
        json.RequireOrAbsent("padding_side", "right");
        json.RequireOrAbsent("truncation_side", "right");
        CheckOptions(json);
        if (json.Find("tokenizer_class") is { } name && (name.ValueKind != JsonValueKind.String || !classes.Contains(name.GetString())))
        {
            throw json.Unexpected("tokenizer_class", string.Join(" or ", classes));
        }

        CheckTokens(json);
        if (json.Find("added_tokens_decoder") is { } added)
        {
            var isValid = added.ValueKind == JsonValueKind.Object && added.EnumerateObject().All(item =>
                Content(item.Value) is { } text
                && specialTokens.Any(token => token.Text == text && token.Id.ToString(CultureInfo.InvariantCulture) == item.Name));
            if (!isValid)
            {
                throw json.Unexpected("added_tokens_decoder", $"no tokens but {Described()}");
            }
        }
    }

    private void CheckTokens(ConfigJson json)
    {
        foreach (var (key, text) in Roles)
        {
            if (json.Find(key) is { } token && Content(token) != text)
            {
                throw json.Unexpected(key, $"\"{text}\"");
            }
        }

        foreach (var key in OtherTokens)
        {
            var isValid = json.Find(key) switch
            {
                null => true,
                { ValueKind: JsonValueKind.Array } tokens => tokens.EnumerateArray().All(IsSpecial),
                { ValueKind: JsonValueKind.Object } tokens => tokens.EnumerateObject().All(item => IsSpecial(item.Value)),
                _ => false,
            };
            if (!isValid)
            {
                throw json.Unexpected(key, $"no tokens but {Described()}");
            }
        }
    }

    private void CheckAddedTokens(ConfigJson json)
    {
        foreach (var item in json.Items())
        {
            var known = specialTokens.Where(token => token.Text == item.Name).Select(token => (int?)token.Id).FirstOrDefault();
            if (known is null || item.Value.ValueKind != JsonValueKind.Number || !item.Value.TryGetInt32(out var id) || id != known)
            {
                throw json.Unexpected(item.Name, known is null ? $"no tokens but {Described()}" : $"{known}");
            }
        }
    }

    private void CheckFastTokens(ConfigJson json)
    {
        if (json.Find("added_tokens") is { } added
            && (added.ValueKind != JsonValueKind.Array || !added.EnumerateArray().All(token =>
                token.ValueKind == JsonValueKind.Object && Content(token) is { } text && token.TryGetProperty("id", out var id)
                && id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var found) && specialTokens.Contains((text, found)))))
        {
            throw json.Unexpected("added_tokens", $"no tokens but {Described()}");
        }
    }

    private int Id(string text) => specialTokens.First(token => token.Text == text).Id;

    private bool IsSpecial(JsonElement token) => Content(token) is { } text && specialTokens.Any(known => known.Text == text);

    // Null also where the token is looked for in other text.
    private string? Content(JsonElement token) =>
        token.ValueKind == JsonValueKind.Object && !AreNormalizedTokensAlike && AddedToken.IsSet(token, "normalized")
            ? null
            : AddedToken.TextOf(token);

    private string Described() => string.Join(", ", specialTokens.Select(token => $"{token.Text} ({token.Id})"));
}
