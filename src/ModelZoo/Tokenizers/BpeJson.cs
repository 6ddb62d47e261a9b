using System.Text.Json;
using ModelZoo.Checkpoints;

namespace ModelZoo.Tokenizers;

/// <summary>tokenizer.json with a BPE model, as far as all kinds of it are alike.</summary>
internal sealed class BpeJson
{
    private const string Bpe = "BPE";
    private readonly ConfigJson _json;
    private readonly JsonElement _model;

    /// <param name="json">The file.</param>
    /// <exception cref="InvalidDataException">The file is damaged, has another model or a part that no tokenizer here
    /// implements.</exception>
    public BpeJson(ConfigJson json)
    {
        _json = json;
        if (json.Find("model") is not { ValueKind: JsonValueKind.Object } model)
        {
            throw Wrong("model", "none", $"an object of type {Bpe}");
        }

        _model = model;
        if (Find("type") is var type && (type is not { ValueKind: JsonValueKind.String } name || name.GetString() != Bpe))
        {
            throw Wrong("model.type", Raw(type), $"\"{Bpe}\"");
        }

        RequireModel<object?>("dropout", null);
        RequireModel("continuing_subword_prefix", "");
        RequireModel("end_of_word_suffix", "");
        Require("truncation", null);
        Require("padding", null);
        Vocabulary = BpeJsonVocabulary.Read(this);
        SpecialTokens = AddedTokens.ToDictionary(token => token.Text, token => token.Id);
        Bos = ReadBos();
    }

    /// <summary>The file.</summary>
    public string Path => _json.Path;

    /// <summary>The vocabulary, added tokens included.</summary>
    public BpeVocabulary Vocabulary { get; }

    /// <summary>The added tokens, all special.</summary>
    public IReadOnlyList<AddedToken> AddedTokens => Vocabulary.AddedTokens;

    /// <summary>The ids of the added tokens.</summary>
    public IReadOnlyDictionary<string, int> SpecialTokens { get; }

    /// <summary>The id that the post-processor puts in front of a text, or null where there is no such one.</summary>
    public int? Bos { get; }

    /// <summary>Whether characters outside the vocabulary become the tokens of their bytes: the sign of a SentencePiece model.</summary>
    public bool HasByteFallback => Find("byte_fallback") is { ValueKind: JsonValueKind.True };

    /// <summary>The value of a key of the model; null where it is absent or null.</summary>
    public JsonElement? Find(string key) =>
        _model.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>The value of a key of the file; null where it is absent or null.</summary>
    public JsonElement? Part(string key) => _json.Find(key);

    /// <summary>Requires a part of the file to be one of some, or to be absent or null where null is one of them.</summary>
    public void Require(string key, params object?[]? expected)
    {
        var options = (expected ?? [null]).Select(option => option is null ? (JsonElement?)null : JsonSerializer.SerializeToElement(option))
            .ToList();
        var found = _json.Find(key);
        if (!options.Any(option => option is null ? found is null : found is { } part && JsonElement.DeepEquals(part, option.Value)))
        {
            throw Wrong(key, Raw(found), string.Join(" or ", options.Select(Raw)));
        }
    }

    /// <summary>Requires a value of the model where it is there; "" is as good as none.</summary>
    public void RequireModel<T>(string key, T expected)
    {
        if (Find(key) is { } found && !JsonElement.DeepEquals(found, JsonSerializer.SerializeToElement(expected)))
        {
            throw Wrong($"model.{key}", Raw(found), JsonSerializer.Serialize(expected));
        }
    }

    /// <summary>The id of the token of characters outside the vocabulary.</summary>
    /// <exception cref="InvalidDataException">The model has none.</exception>
    public int UnknownToken() =>
        Find("unk_token") is { ValueKind: JsonValueKind.String } text && Vocabulary.Ids.TryGetValue(text.GetString()!, out var id)
            ? id
            : throw Wrong("model.unk_token", Raw(Find("unk_token")), "a token of the vocabulary");

    /// <summary>The error that a key has another value.</summary>
    public InvalidDataException Wrong(string key, string found, string expected) =>
        new($"{Path}: key '{key}': found {found}, expected {expected}.");

    /// <summary>The JSON of a value for messages, shortened.</summary>
    public static string Raw(JsonElement? value)
    {
        const int Most = 400;
        var text = value?.GetRawText() ?? "nothing";
        return text.Length <= Most ? text : $"{text[..Most]}... ({text.Length} characters)";
    }

    // The part that concerns pairs of texts, which decoders do not have, is not looked at.
    private int? ReadBos()
    {
        if (_json.Find("post_processor") is not { } processor)
        {
            return null;
        }

        var steps = IsOfType(processor, "Sequence") && processor.TryGetProperty("processors", out var list)
            && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : (JsonElement[])[processor];
        // ByteLevel changes the places of tokens in the text alone.
        JsonElement[] templates = [.. steps.Where(step => !IsOfType(step, "ByteLevel"))];
        return templates switch
        {
            [] => null,
            [var template] when IsOfType(template, "TemplateProcessing") && template.TryGetProperty("single", out var single)
                && single.ValueKind == JsonValueKind.Array && single.GetArrayLength() == 2
                && JsonElement.DeepEquals(single[1], JsonSerializer.SerializeToElement(new { Sequence = new { id = "A", type_id = 0 } }))
                && BosName(single[0]) is { } name && SpecialTokens.TryGetValue(name, out var id)
                && JsonElement.DeepEquals(template.GetProperty("special_tokens"), Tokens(name, id)) => id,
            _ => throw Wrong("post_processor", Raw(processor), "none, or a template of one special token and the text"),
        };
    }

    private static string? BosName(JsonElement step) =>
        step.ValueKind == JsonValueKind.Object && step.TryGetProperty("SpecialToken", out var token)
        && token.ValueKind == JsonValueKind.Object && token.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
            ? id.GetString()
            : null;

    private static JsonElement Tokens(string name, int id) => JsonSerializer.SerializeToElement(
        new Dictionary<string, object> { [name] = new { id = name, ids = new[] { id }, tokens = new[] { name } } });

    /// <summary>Whether an element is an object of a type.</summary>
    public static bool IsOfType(JsonElement element, string type) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("type", out var found)
        && found.ValueKind == JsonValueKind.String && found.GetString() == type;
}
