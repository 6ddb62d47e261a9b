using System.Text.Json;

namespace ModelZoo.Tokenizers;

/// <summary>Reads the vocabulary, the merges and the added tokens of tokenizer.json.</summary>
internal static class BpeJsonVocabulary
{
    /// <summary>The vocabulary, added tokens included.</summary>
    /// <exception cref="InvalidDataException">The ids have a gap, or a merge or an added token does not fit the vocabulary.</exception>
    public static BpeVocabulary Read(BpeJson file)
    {
        var ids = ReadTokens(file);
        var merges = ReadMerges(file, ids);
        var added = ReadAdded(file, ids);
        var tokens = new string[ids.Count];
        foreach (var (text, id) in ids)
        {
            if (id < 0 || id >= tokens.Length || tokens[id] is not null)
            {
                throw file.Wrong("model.vocab", $"'{text}' with the id {id}", $"each id from 0 to {tokens.Length - 1} once");
            }

            tokens[id] = text;
        }

        return new BpeVocabulary(tokens, ids, merges, added);
    }

    private static Dictionary<string, int> ReadTokens(BpeJson file)
    {
        if (file.Find("vocab") is not { ValueKind: JsonValueKind.Object } vocabulary)
        {
            throw file.Wrong("model.vocab", BpeJson.Raw(file.Find("vocab")), "an object of tokens with their ids");
        }

        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var token in vocabulary.EnumerateObject())
        {
            if (token.Name.Length == 0 || token.Value.ValueKind != JsonValueKind.Number || !token.Value.TryGetInt32(out var id))
            {
                throw file.Wrong("model.vocab", $"'{token.Name}' with the id {BpeJson.Raw(token.Value)}", "a text with an integer");
            }

            ids.Add(token.Name, id);
        }

        return ids;
    }

    private static List<(int Left, int Right, int Merged)> ReadMerges(BpeJson file, Dictionary<string, int> ids)
    {
        if (file.Find("merges") is not { ValueKind: JsonValueKind.Array } list)
        {
            throw file.Wrong("model.merges", BpeJson.Raw(file.Find("merges")), "an array of pairs");
        }

        var merges = new List<(int Left, int Right, int Merged)>(list.GetArrayLength());
        foreach (var merge in list.EnumerateArray())
        {
            if (Pair(merge) is not [var left, var right] || !ids.TryGetValue(left, out var first) || !ids.TryGetValue(right, out var second)
                || !ids.TryGetValue(left + right, out var both))
            {
                throw file.Wrong(
                    "model.merges", $"{BpeJson.Raw(merge)} as number {merges.Count}", "two tokens of the vocabulary that are one together");
            }

            merges.Add((first, second, both));
        }

        return merges;
    }

    // Either ["a", "b"] or, in older files, "a b".
    private static string[]? Pair(JsonElement merge) => merge.ValueKind switch
    {
        JsonValueKind.Array when merge.EnumerateArray().All(part => part.ValueKind == JsonValueKind.String) =>
            [.. merge.EnumerateArray().Select(part => part.GetString()!)],
        JsonValueKind.String => merge.GetString()!.Split(' '),
        _ => null,
    };

    private static List<AddedToken> ReadAdded(BpeJson file, Dictionary<string, int> ids)
    {
        var added = new List<AddedToken>();
        if (file.Part("added_tokens") is not { } list)
        {
            return added;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            throw file.Wrong("added_tokens", BpeJson.Raw(list), "an array of tokens");
        }

        foreach (var token in list.EnumerateArray())
        {
            if (token.ValueKind != JsonValueKind.Object || AddedToken.TextOf(token) is not { Length: > 0 } text
                || !AddedToken.IsSet(token, "special") || !token.TryGetProperty("id", out var number)
                || number.ValueKind != JsonValueKind.Number || !number.TryGetInt32(out var id))
            {
                throw file.Wrong(
                    "added_tokens", BpeJson.Raw(token), "special tokens with a text and an id, without lstrip, rstrip and single_word");
            }

            if (ids.TryGetValue(text, out var known) ? known != id : id != ids.Count)
            {
                throw file.Wrong(
                    "added_tokens", $"'{text}' with the id {id}", ids.ContainsKey(text) ? $"{known} as in the vocabulary" : $"{ids.Count}");
            }

            if (added.Exists(other => other.Id == id))
            {
                throw file.Wrong("added_tokens", $"'{text}' twice", "each token once");
            }

            ids[text] = id;
            added.Add(new AddedToken(text, id, AddedToken.IsSet(token, "normalized")));
        }

        return added;
    }
}
