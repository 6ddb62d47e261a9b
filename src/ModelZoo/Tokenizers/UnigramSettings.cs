using System.Text.Json;
using ModelZoo.Checkpoints;

namespace ModelZoo.Tokenizers;

/// <summary>The settings beside spm.model of DeBERTa-v3.</summary>
/// <param name="pieces">The vocabulary.</param>
/// <param name="specialTokens">The special tokens with their ids.</param>
internal sealed class UnigramSettings(IReadOnlyList<SentencePiece> pieces, IReadOnlyList<(string Text, int Id)> specialTokens)
    : TokenizerSettings(["DebertaV2Tokenizer", "DebertaV2TokenizerFast"], specialTokens)
{
    // Normalisers of a fast tokenizer that change letters; those of the vocabulary's own map are in spm.model too.
    private static readonly string[] OtherNormalizers = ["Lowercase", "StripAccents", "BertNormalizer", "NFD", "NFKD", "ByteLevel"];

    /// <inheritdoc/>
    protected override bool AreNormalizedTokensAlike => true;

    /// <inheritdoc/>
    protected override void CheckOptions(ConfigJson json)
    {
        json.RequireOrAbsent("do_lower_case", false);
        json.RequireOrAbsent("split_by_punct", false);
        json.RequireOrAbsent("add_prefix_space", true);
        json.RequireOrAbsent("vocab_type", "spm");
        json.RequireEmptyOrAbsent("sp_model_kwargs");
    }

    /// <inheritdoc/>
    protected override void CheckFastTokenizer(ConfigJson json)
    {
        if (json.Find("normalizer") is { } normalizer && Types(normalizer).FirstOrDefault(OtherNormalizers.Contains) is { } changing)
        {
            throw json.Unexpected("normalizer", $"the map of spm.model without {changing}");
        }

        if (Model(json, "Unigram", "spm.model") is not { } model)
        {
            return;
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
            var expected = id < pieces.Count ? pieces[id].Text : SpecialTokens.FirstOrDefault(token => token.Id == id).Text;
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
}
