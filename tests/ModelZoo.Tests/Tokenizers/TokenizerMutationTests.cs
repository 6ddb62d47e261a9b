using System.Text;
using System.Text.Json.Nodes;
using ModelZoo.Tokenizers;
using Xunit.Abstractions;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>
/// Mutated spm.model and tokenizer_config.json: refused by the file's name, or the ids are the best segmentation of a second reading.
/// </summary>
public sealed class TokenizerMutationTests(ITestOutputHelper output) : IDisposable
{
    private const int Seed = 16_003;

    private static readonly string[] Texts = ["ab abc b", "cab", "a  b c", "x", ""];

    // Keys with the values that change nothing, as the second reading knows them.
    private static readonly Dictionary<string, string[]> Neutral = new()
    {
        ["do_lower_case"] = ["false"], ["split_by_punct"] = ["false"], ["vocab_type"] = ["\"spm\""], ["padding_side"] = ["\"right\""],
        ["cls_token"] = ["\"[CLS]\""], ["pad_token"] = ["\"[PAD]\""], ["sp_model_kwargs"] = ["{}", "[]"],
        ["tokenizer_class"] = ["\"DebertaV2Tokenizer\"", "\"DebertaV2TokenizerFast\""],
    };

    private const string Settings =
        """
        {"do_lower_case": false, "split_by_punct": false, "vocab_type": "spm", "padding_side": "right", "cls_token": "[CLS]",
         "pad_token": "[PAD]", "sp_model_kwargs": {}, "tokenizer_class": "DebertaV2Tokenizer", "model_max_length": 512}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mutated_tokenizers_are_refused_or_read_right() => Check(200);

    [Fact]
    [Trait("Category", "Slow")]
    public void Many_mutated_tokenizers_are_refused_or_read_right() => Check(10_000);

    private static byte[] Model()
    {
        // c becomes a.
        var units = new uint[256];
        units['c'] = (0x80u << 10) | (1u << 8) | 'c';
        units['c' ^ 0x80] = 0x80000000;
        byte[] map = [.. BitConverter.GetBytes(units.Length * sizeof(uint)), .. units.SelectMany(BitConverter.GetBytes), .. "a\0"u8];
        return UnigramModelFile.Of(
            UnigramModelFile.Unigram,
            [
                .. UnigramModelFile.Special, ("\u2581", -2.5f), ("\u2581a", -3), ("a", -2), ("b", -2.25f), ("ab", -3.5f), ("\u2581ab", -5),
                ("ba", -4), ("aab", -6.125f),
            ],
            map);
    }

    private void Check(int count)
    {
        var (path, settings, model) = (_folder.File("spm.model"), _folder.File("tokenizer_config.json"), Model());
        MutatedInputs.Check("tokenizer", count, Seed, Case, output.WriteLine);

        MutatedCase Case(Random random)
        {
            var isModel = random.Next(3) > 0;
            var bytes = isModel ? Mutate.Bytes(model, random) : model;
            var text = isModel ? Encoding.UTF8.GetBytes(Settings) : Mutate.Json(Encoding.UTF8.GetBytes(Settings), random);
            File.WriteAllBytes(path, bytes);
            File.WriteAllBytes(settings, text);
            return new MutatedCase(
                isModel ? "spm.model" : Encoding.UTF8.GetString(text), [path, settings], () => IsRight(path, bytes, text));
        }
    }

    private static bool IsRight(string path, byte[] model, byte[] settings)
    {
        var tokenizer = DebertaTokenizer.Load(path);
        var json = JsonNode.Parse(settings)!.AsObject();
        var plain = new PlainUnigram(model);
        return Neutral.All(key => json[key.Key] is not { } value || key.Value.Contains(value.ToJsonString()))
            && Texts.All(text => IsBest(tokenizer, plain, text));
    }

    private static bool IsBest(DebertaTokenizer tokenizer, PlainUnigram plain, string text)
    {
        var normalized = plain.Normalize(text);
        var ids = tokenizer.Encode(text);
        var words = normalized.Split('\u2581', StringSplitOptions.None).Skip(1).Select(word => $"\u2581{word}").ToList();
        if (ids.Contains(tokenizer.UnknownTokenId))
        {
            // Neighbouring unknown characters are one id, so that only a text with a character of no piece can have it.
            return normalized.Any(character => plain.Pieces.All(piece => piece.Text != character.ToString()));
        }

        var tolerance = 1e-9 * Math.Max(1, plain.Pieces.Max(piece => Math.Abs(piece.Score)));
        return string.Concat(ids.Select(id => plain.Pieces[id].Text)) == normalized
            && Math.Abs(ids.Sum(id => plain.Pieces[id].Score) - words.Sum(plain.BestSum)) < tolerance;
    }
}
