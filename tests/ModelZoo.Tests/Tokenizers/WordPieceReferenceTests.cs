using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelZoo.Tokenizers;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>Words, and the ids of pairs, of Hugging Face's tokenizers (tests/fixtures/tokenizers/bert_words.json).</summary>
public sealed class WordPieceReferenceTests
{
    [Fact]
    public void Every_character_of_Unicode_is_treated_as_the_reference_does()
    {
        using var fixture = Fixture();
        var size = fixture.RootElement.GetProperty("block").GetInt32();
        var skipped = fixture.RootElement.GetProperty("skipped").EnumerateArray().Select(code => code.GetInt32()).ToHashSet();
        var blocks = fixture.RootElement.GetProperty("blocks").EnumerateObject()
            .ToDictionary(
                block => int.Parse(block.Name, NumberStyles.HexNumber, CultureInfo.InvariantCulture), block => block.Value.GetString());
        var words = new BertWords();

        Assert.Equal(0x110000 / size, blocks.Count);
        Assert.All(blocks, block => Assert.Equal(block.Value, Hash(words, Enumerable.Range(block.Key, size).Except(skipped))));
    }

    [Fact]
    public void Texts_and_pairs_have_the_ids_and_the_truncation_of_the_reference()
    {
        using var fixture = Fixture();
        using var folder = new TemporaryFolder();
        folder.Write(
            WordPieceTokenizer.FileName,
            string.Concat(fixture.RootElement.GetProperty("vocabulary").EnumerateArray().Select(token => token.GetString() + "\n")));
        var tokenizer = WordPieceTokenizer.Load(folder.File(WordPieceTokenizer.FileName));
        var inputs = fixture.RootElement.GetProperty("inputs").EnumerateArray().ToList();

        Assert.Equal(240, inputs.Count);
        Assert.All(inputs, input =>
        {
            int? maxLength = input.GetProperty("max_length") is { ValueKind: JsonValueKind.Number } length ? length.GetInt32() : null;
            var text = tokenizer.Encode(
                input.GetProperty("first").GetString()!, input.GetProperty("second").GetString(), maxLength);
            Assert.Equal(input.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), text.Ids);
            Assert.Equal(input.GetProperty("first_length").GetInt32(), text.FirstLength);
        });
    }

    private static JsonDocument Fixture() =>
        JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("tokenizers", "bert_words.json")));

    private static string Hash(BertWords words, IEnumerable<int> codes)
    {
        var lines = codes.Where(Rune.IsValid).Select(code => string.Join(' ', words.Of($"x{new Rune(code)}y")) + "\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))))[..16];
    }
}
