using System.Text.Json;
using ModelZoo.Checkpoints;

namespace ModelZoo.Tokenizers;

/// <summary>The settings beside vocab.txt of an uncased BERT.</summary>
/// <param name="ids">The vocabulary.</param>
/// <param name="specialTokens">The special tokens with their ids.</param>
internal sealed class WordPieceSettings(IReadOnlyDictionary<string, int> ids, IReadOnlyList<(string Text, int Id)> specialTokens)
    : TokenizerSettings(["BertTokenizer", "BertTokenizerFast"], specialTokens)
{
    /// <inheritdoc/>
    protected override void CheckOptions(ConfigJson json)
    {
        json.RequireOrAbsent("do_lower_case", true);
        json.RequireOrAbsent("do_basic_tokenize", true);
        json.RequireOrAbsent("tokenize_chinese_chars", true);
        json.RequireOrAbsent("strip_accents", true);
        json.RequireEmptyOrAbsent("never_split");
    }

    /// <inheritdoc/>
    protected override void CheckFastTokenizer(ConfigJson json)
    {
        Require(json, "normalizer", "BertNormalizer", "lowercase", "clean_text", "handle_chinese_chars", "strip_accents");
        Require(json, "pre_tokenizer", "BertPreTokenizer");
        if (Model(json, "WordPiece", WordPieceTokenizer.FileName) is not { } model)
        {
            return;
        }

        RequireValue(json, model, "unk_token", "[UNK]");
        RequireValue(json, model, "continuing_subword_prefix", "##");
        RequireValue(json, model, "max_input_chars_per_word", WordPieceTokenizer.LongestWord);
        if (!model.TryGetProperty("vocab", out var vocabulary) || vocabulary.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"{json.Path}: key 'vocab': expected the tokens of {WordPieceTokenizer.FileName}.");
        }

        CheckVocabulary(json, vocabulary);
    }

    // Absent or null: transformers' default, which is the expected one.
    private static void Require(ConfigJson json, string key, string type, params IReadOnlyList<string> options)
    {
        if (json.Find(key) is not { } found)
        {
            return;
        }

        if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty("type", out var name)
            || name.ValueKind != JsonValueKind.String || name.GetString() != type)
        {
            throw json.Unexpected(key, $"an object of type {type}");
        }

        foreach (var option in options)
        {
            if (found.TryGetProperty(option, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.True))
            {
                throw json.Unexpected(key, $"{option} true");
            }
        }
    }

    private static void RequireValue<T>(ConfigJson json, JsonElement model, string key, T expected)
    {
        var text = JsonSerializer.Serialize(expected);
        if (model.TryGetProperty(key, out var found) && found.GetRawText() != text)
        {
            throw new InvalidDataException($"{json.Path}: key 'model.{key}': found {found.GetRawText()}, expected {text}.");
        }
    }

    private void CheckVocabulary(ConfigJson json, JsonElement vocabulary)
    {
        var count = 0;
        foreach (var token in vocabulary.EnumerateObject())
        {
            count++;
            var isKnown = ids.TryGetValue(token.Name, out var id);
            if (!isKnown || token.Value.ValueKind != JsonValueKind.Number || !token.Value.TryGetInt32(out var found) || found != id)
            {
                throw new InvalidDataException(
                    $"{json.Path}: key 'vocab': found '{token.Name}' with the id {token.Value.GetRawText()}, expected "
                        + (isKnown ? FormattableString.Invariant($"{id}") : "no such token") + $" as in {WordPieceTokenizer.FileName}.");
            }
        }

        if (count != ids.Count)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"{json.Path}: key 'vocab': found {count} tokens, expected the {ids.Count} of {WordPieceTokenizer.FileName}."));
        }
    }
}
