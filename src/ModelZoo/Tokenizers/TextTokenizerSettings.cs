using System.Globalization;
using System.Text.Json;
using ModelZoo.Checkpoints;

namespace ModelZoo.Tokenizers;

/// <summary>
/// What a decoder's tokenizer adds to a text and what ends one, from the files that transformers keeps beside a vocabulary. Settings in
/// them that ask for other ids are refused; keys that change no id are not looked at.
/// </summary>
/// <param name="Bos">The id that is put in front of a text, or null for none.</param>
/// <param name="Eos">The id that ends a text.</param>
/// <param name="CleansUpSpaces">Whether decoding cleans up spaces unless told otherwise.</param>
internal sealed record TextTokenizerSettings(int? Bos, int Eos, bool CleansUpSpaces)
{
    private const string ConfigFile = "tokenizer_config.json";
    private const string MapFile = "special_tokens_map.json";

    private static readonly string[] Roles = ["bos_token", "eos_token", "unk_token", "pad_token", "cls_token", "sep_token", "mask_token"];
    private static readonly string[] OtherTokens = ["additional_special_tokens", "extra_special_tokens"];

    /// <summary>Reads the files beside a vocabulary.</summary>
    /// <param name="path">The vocabulary's file.</param>
    /// <param name="specialTokens">The ids of its special tokens.</param>
    /// <param name="defaults">What holds where the files are silent.</param>
    /// <exception cref="InvalidDataException">A setting asks for other ids, or no file says what ends a text.</exception>
    public static TextTokenizerSettings Read(
        string path, IReadOnlyDictionary<string, int> specialTokens, TextTokenizerDefaults defaults)
    {
        var (eos, cleansUp) = (default(int?), defaults.CleansUpSpaces);
        TokenizerFile.ReadBeside(path, MapFile, json =>
        {
            CheckTokens(json, specialTokens);
            eos = Token(json, "eos_token", specialTokens);
        });
        TokenizerFile.ReadBeside(path, ConfigFile, json =>
        {
            CheckConfig(json, specialTokens, defaults);
            eos = Token(json, "eos_token", specialTokens) ?? eos;
            cleansUp = json.Boolean("clean_up_tokenization_spaces", cleansUp);
        });
        TokenizerFile.ReadBeside(path, "added_tokens.json", json =>
        {
            foreach (var item in json.Items())
            {
                CheckId(json, item.Name, item.Name, item.Value.GetRawText(), specialTokens);
            }
        });
        return new TextTokenizerSettings(
            defaults.Bos,
            eos ?? defaults.Eos ?? throw new InvalidDataException(
                $"{path}: found no 'eos_token' in {ConfigFile} or {MapFile} beside it, expected the token that ends a text."),
            cleansUp);
    }

    private static void CheckConfig(ConfigJson json, IReadOnlyDictionary<string, int> specialTokens, TextTokenizerDefaults defaults)
    {
        CheckTokens(json, specialTokens);
        json.RequireOrAbsent("add_bos_token", defaults.Bos is not null);
        json.RequireOrAbsent("add_eos_token", false);
        json.RequireOrAbsent("add_prefix_space", defaults.AddsPrefixSpace);
        json.RequireOrAbsent("split_special_tokens", false);
        json.RequireOrAbsent("from_slow", false);
        json.RequireEmptyOrAbsent("sp_model_kwargs");
        if (defaults.IsConverted)
        {
            // Otherwise no space is put after special tokens.
            json.RequireOrAbsent("legacy", true);
        }

        if (defaults.Bos is { } bos && Token(json, "bos_token", specialTokens) is { } other && other != bos)
        {
            throw json.Unexpected("bos_token", $"the token with the id {bos}");
        }

        if (json.Find("added_tokens_decoder") is { } added)
        {
            if (added.ValueKind != JsonValueKind.Object)
            {
                throw json.Unexpected("added_tokens_decoder", "an object of ids with their tokens");
            }

            foreach (var item in added.EnumerateObject())
            {
                CheckId(json, "added_tokens_decoder", AddedToken.TextOf(item.Value), item.Name, specialTokens);
            }
        }
    }

    private static void CheckTokens(ConfigJson json, IReadOnlyDictionary<string, int> specialTokens)
    {
        foreach (var key in Roles)
        {
            Token(json, key, specialTokens);
        }

        foreach (var key in OtherTokens)
        {
            var areKnown = json.Find(key) switch
            {
                null => true,
                { ValueKind: JsonValueKind.Array } tokens => tokens.EnumerateArray().All(IsKnown),
                { ValueKind: JsonValueKind.Object } tokens => tokens.EnumerateObject().All(item => IsKnown(item.Value)),
                _ => false,
            };
            if (!areKnown)
            {
                throw json.Unexpected(key, "special tokens of the vocabulary only");
            }
        }

        bool IsKnown(JsonElement token) => AddedToken.TextOf(token) is { } text && specialTokens.ContainsKey(text);
    }

    private static void CheckId(ConfigJson json, string key, string? text, string id, IReadOnlyDictionary<string, int> specialTokens)
    {
        if (text is null || !specialTokens.TryGetValue(text, out var known) || known.ToString(CultureInfo.InvariantCulture) != id)
        {
            throw new InvalidDataException(
                $"{json.Path}: key '{key}': found {(text is null ? "no token" : $"'{text}'")} with the id {id}, expected special tokens "
                    + "of the vocabulary with their ids, without lstrip, rstrip and single_word.");
        }
    }

    private static int? Token(ConfigJson json, string key, IReadOnlyDictionary<string, int> specialTokens) =>
        json.Find(key) is not { } token
        ? null
        : AddedToken.TextOf(token) is { } text && specialTokens.TryGetValue(text, out var id)
            ? id
            : throw json.Unexpected(key, "a special token of the vocabulary");
}
