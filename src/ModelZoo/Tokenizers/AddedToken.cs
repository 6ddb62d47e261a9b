using System.Text.Json;

namespace ModelZoo.Tokenizers;

/// <summary>A special token of a fast tokenizer.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Id">Its id.</param>
/// <param name="IsNormalized">Whether it is looked for in the normalised text.</param>
internal sealed record AddedToken(string Text, int Id, bool IsNormalized)
{
    /// <summary>The text of a token in JSON; null where it is no token, or takes spaces along or matches whole words only.</summary>
    public static string? TextOf(JsonElement token) => token.ValueKind switch
    {
        JsonValueKind.String => token.GetString(),
        JsonValueKind.Object when token.TryGetProperty("content", out var text) && text.ValueKind == JsonValueKind.String
            && !IsSet(token, "lstrip") && !IsSet(token, "rstrip") && !IsSet(token, "single_word") => text.GetString(),
        _ => null,
    };

    /// <summary>Whether a flag of a token in JSON is there and not false.</summary>
    public static bool IsSet(JsonElement token, string key) =>
        token.TryGetProperty(key, out var flag) && flag.ValueKind is not (JsonValueKind.False or JsonValueKind.Null);
}
