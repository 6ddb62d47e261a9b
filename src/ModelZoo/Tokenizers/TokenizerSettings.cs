using System.Globalization;
using System.Text.Json;
using ModelZoo.Checkpoints;

namespace ModelZoo.Tokenizers;

/// <summary>
/// The files that transformers keeps beside spm.model. They can ask for other ids than the vocabulary gives (lower case, other special
/// tokens): each setting that can is held against the tokenizer and refused where it differs. Keys that change no id are not looked at.
/// </summary>
/// <param name="pieces">The vocabulary.</param>
/// <param name="specialTokens">The special tokens with their ids.</param>
internal sealed class TokenizerSettings(IReadOnlyList<UnigramPiece> pieces, IReadOnlyList<(string Text, int Id)> specialTokens)
{
    /// <summary>The file of a fast tokenizer; not read in place of spm.model.</summary>
    public const string TokenizerJson = "tokenizer.json";

    // Names in transformers; the beginning and the end of a sequence are the classification token and the separator.
    private static readonly (string Key, string Text)[] Roles =
    [
        ("bos_token", "[CLS]"), ("eos_token", "[SEP]"), ("cls_token", "[CLS]"), ("sep_token", "[SEP]"), ("unk_token", "[UNK]"),
        ("pad_token", "[PAD]"), ("mask_token", "[MASK]"),
    ];

    private static readonly string[] Classes = ["DebertaV2Tokenizer", "DebertaV2TokenizerFast"];
    private static readonly string[] OtherTokens = ["additional_special_tokens", "extra_special_tokens"];

    // Normalisers of a fast tokenizer that change letters; those of the vocabulary's own map are in spm.model too.
    private static readonly string[] OtherNormalizers = ["Lowercase", "StripAccents", "BertNormalizer", "NFD", "NFKD", "ByteLevel"];

    /// <summary>Whether a file of a fast tokenizer stands beside a path.</summary>
    public static bool HasTokenizerJson(string spmModelPath) => File.Exists(Beside(spmModelPath, TokenizerJson));

    /// <summary>Holds the files beside spm.model against it.</summary>
    /// <exception cref="InvalidDataException">A setting asks for other ids; the message names file and key.</exception>
    public void Check(string spmModelPath)
    {
        Read(Beside(spmModelPath, "tokenizer_config.json"), CheckConfig);
        Read(Beside(spmModelPath, "special_tokens_map.json"), CheckTokens);
        Read(Beside(spmModelPath, "added_tokens.json"), CheckAddedTokens);
        Read(Beside(spmModelPath, TokenizerJson), CheckFastTokenizer);
    }

    private static string Beside(string path, string name) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, name);

    private static void Read(string path, Action<ConfigJson> check)
    {
        if (File.Exists(path))
        {
            using var json = ConfigJson.Open(path);
            check(json);
        }
    }

    private void CheckConfig(ConfigJson json)
    {
        json.RequireOrAbsent("do_lower_case", false);
        json.RequireOrAbsent("split_by_punct", false);
        json.RequireOrAbsent("add_prefix_space", true);
        json.RequireOrAbsent("vocab_type", "spm");
        json.RequireOrAbsent("padding_side", "right");
        json.RequireOrAbsent("truncation_side", "right");
        json.RequireEmptyOrAbsent("sp_model_kwargs");
        if (json.Find("tokenizer_class") is { } name && (name.ValueKind != JsonValueKind.String || !Classes.Contains(name.GetString())))
        {
            throw json.Unexpected("tokenizer_class", string.Join(" or ", Classes));
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

    private void CheckFastTokenizer(ConfigJson json)
    {
        if (json.Find("normalizer") is { } normalizer && Types(normalizer).FirstOrDefault(OtherNormalizers.Contains) is { } changing)
        {
            throw json.Unexpected("normalizer", $"the map of spm.model without {changing}");
        }

        if (json.Find("model") is not { ValueKind: JsonValueKind.Object } model)
        {
            return;
        }

        if (!model.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || type.GetString() != "Unigram")
        {
            throw new InvalidDataException(
                $"{json.Path}: key 'model': found the type {(type.ValueKind == JsonValueKind.Undefined ? "none" : type.GetRawText())}, "
                    + "expected \"Unigram\" as spm.model.");
        }

        if (!model.TryGetProperty("vocab", out var vocabulary) || vocabulary.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidDataException($"{json.Path}: key 'vocab': expected the pieces of spm.model.");
        }

        CheckVocabulary(json, vocabulary);
    }

    // The file's list can have the special tokens after the pieces too.
    private void CheckVocabulary(ConfigJson json, JsonElement vocabulary)
    {
        var entries = vocabulary.EnumerateArray().ToList();
        for (var id = 0; id < Math.Max(pieces.Count, entries.Count); id++)
        {
            var found = id < entries.Count && entries[id].ValueKind == JsonValueKind.Array && entries[id].GetArrayLength() == 2
                && entries[id][0].ValueKind == JsonValueKind.String
                    ? entries[id][0].GetString()
                    : null;
            var expected = id < pieces.Count ? pieces[id].Text : specialTokens.FirstOrDefault(token => token.Id == id).Text;
            if (found is null ? id < pieces.Count || id < entries.Count : found != expected)
            {
                throw new InvalidDataException(
                    $"{json.Path}: key 'vocab': found {(found is null ? "no piece" : $"'{found}'")} with the id {id}, expected "
                        + $"{(expected is null ? "none" : $"'{expected}'")} as in spm.model.");
            }

            if (found is not null && id < pieces.Count
                && (entries[id][1].ValueKind != JsonValueKind.Number || (float)entries[id][1].GetDouble() != pieces[id].Score))
            {
                throw new InvalidDataException(
                    $"{json.Path}: key 'vocab': found '{found}' with the score {entries[id][1].GetRawText()}, expected "
                        + FormattableString.Invariant($"{pieces[id].Score} as in spm.model."));
            }
        }
    }

    private static IEnumerable<string> Types(JsonElement normalizer) => normalizer.ValueKind switch
    {
        JsonValueKind.Object => normalizer.EnumerateObject().SelectMany(item =>
            item.Name == "type" && item.Value.ValueKind == JsonValueKind.String ? [item.Value.GetString()!] : Types(item.Value)),
        JsonValueKind.Array => normalizer.EnumerateArray().SelectMany(Types),
        _ => [],
    };

    private bool IsSpecial(JsonElement token) => Content(token) is { } text && specialTokens.Any(known => known.Text == text);

    /// <summary>A token's text; null where it is no token, or one that takes spaces along or matches whole words only.</summary>
    private static string? Content(JsonElement token) => token.ValueKind switch
    {
        JsonValueKind.String => token.GetString(),
        JsonValueKind.Object when token.TryGetProperty("content", out var text) && text.ValueKind == JsonValueKind.String
            && !IsSet(token, "lstrip") && !IsSet(token, "rstrip") && !IsSet(token, "single_word") => text.GetString(),
        _ => null,
    };

    private static bool IsSet(JsonElement token, string key) =>
        token.TryGetProperty(key, out var flag) && flag.ValueKind is not (JsonValueKind.False or JsonValueKind.Null);

    private string Described() => string.Join(", ", specialTokens.Select(token => $"{token.Text} ({token.Id})"));
}
