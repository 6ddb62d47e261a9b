using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelZoo.Tokenizers;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>Small vocabularies of our own against Hugging Face's tokenizers (tests/fixtures/tokenizers/decoder_tokenizers.json).</summary>
public sealed class DecoderTokenizerReferenceTests
{
    [Theory]
    [InlineData(SmallTokenizers.ByteLevel)]
    [InlineData(SmallTokenizers.Llama3)]
    [InlineData(SmallTokenizers.SentencePiece)]
    [InlineData(SmallTokenizers.Stories)]
    public void Every_text_has_the_ids_and_the_decoded_text_of_tokenizer_json(string name) => Check(name, SmallTokenizers.Load(name));

    [Fact]
    public void A_tiktoken_file_has_the_ids_of_tokenizer_json()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write(Llama3Tokenizer.FileName, SmallTokenizers.Tiktoken());
        Check(SmallTokenizers.Llama3, Llama3Tokenizer.Load(path, SmallTokenizers.Tokens(SmallTokenizers.Llama3).Count));
    }

    [Fact]
    public void A_SentencePiece_model_has_the_ids_of_tokenizer_json()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File(SentencePieceBpeTokenizer.FileName), SmallTokenizers.Model());
        Check(SmallTokenizers.SentencePiece, TextTokenizers.Load(folder.Root));
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("digits")]
    [InlineData("llama3")]
    public void Every_character_of_Unicode_is_in_the_words_of_the_reference(string name)
    {
        using var fixture = SmallTokenizers.Fixture();
        var size = fixture.RootElement.GetProperty("block").GetInt32();
        var skipped = fixture.RootElement.GetProperty("skipped").EnumerateArray().Select(code => code.GetInt32()).ToHashSet();
        WordPattern words = name == "llama3" ? new Llama3Words() : new Gpt2Words(individualDigits: name == "digits");
        var blocks = fixture.RootElement.GetProperty("words").GetProperty(name).EnumerateObject().ToList();

        Assert.Equal(0x110000 / size, blocks.Count);
        Assert.All(blocks, block =>
        {
            var first = int.Parse(block.Name, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            Assert.Equal(block.Value.GetString(), Hash(words, Enumerable.Range(first, size).Except(skipped)));
        });
    }

    private static string Hash(WordPattern words, IEnumerable<int> codes)
    {
        var lines = codes.Where(Rune.IsValid).Select(code =>
        {
            var c = new Rune(code).ToString();
            var text = $"x{c}y  1{c}2 '{c} {c}{c}\n{c}!";
            var lengths = words.PreTokenize(text).Select(word => Encoding.UTF8.GetByteCount(text.AsSpan(word.Offset, word.Length)));
            return string.Join(',', lengths) + "\n";
        });
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))))[..16];
    }

    private static void Check(string name, TextTokenizer tokenizer)
    {
        using var fixture = SmallTokenizers.Fixture();
        var cases = fixture.RootElement.GetProperty("tokenizers").GetProperty(name).GetProperty("cases").EnumerateArray().ToList();
        Assert.True(cases.Count > 100);
        Assert.All(cases, row =>
        {
            int[] ids = [.. row.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
            Assert.Equal(ids, tokenizer.Encode(row.GetProperty("text").GetString()!));
            Assert.Equal(row.GetProperty("decoded").GetString(), tokenizer.Decode(ids));
        });
    }
}
