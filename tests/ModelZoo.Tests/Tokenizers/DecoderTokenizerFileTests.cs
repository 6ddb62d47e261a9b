using System.Text.Json.Nodes;
using ModelZoo.Tokenizers;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>Files of decoders' tokenizers that are damaged, of another kind, or ask for other ids: refused by file and key.</summary>
public sealed class DecoderTokenizerFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("no base64", "line 3: found '!!!! 2', expected a token in base64 and the rank 2.")]
    [InlineData("a gap", "line 3: found")]
    [InlineData("a token twice", "line 3: found the token of rank 1 again as 2.")]
    [InlineData("a line less", "tokens, expected")]
    [InlineData("a cut line", "expected a token in base64 and the rank")]
    [InlineData("bytes", "found bytes that are no text")]
    public void A_tiktoken_file_is_refused(string damage, string expected)
    {
        var text = SmallTokenizers.Tiktoken();
        var lines = text.TrimEnd('\n').Split('\n');
        var path = _folder.Write(Llama3Tokenizer.FileName, damage switch
        {
            "no base64" => Joined([.. lines[..2], "!!!! 2", .. lines[3..]]),
            "a gap" => Joined([.. lines[..2], .. lines[3..]]),
            "a token twice" => Joined([.. lines[..2], lines[1].Split(' ')[0] + " 2", .. lines[3..]]),
            "a line less" => Joined(lines[..^1]),
            "a cut line" => text[..^6],
            _ => "\u0001" + text,
        });

        var error = Assert.Throws<InvalidDataException>(() => Llama3Tokenizer.Load(path, lines.Length)).Message;

        Assert.StartsWith(path, error);
        Assert.Contains(expected, error);
    }

    [Fact]
    public void A_tiktoken_file_of_another_size_is_refused() => Assert.Contains("expected 128000", Refused(
        () => TextTokenizers.Load(_folder.Write(Llama3Tokenizer.FileName, SmallTokenizers.Tiktoken()))));

    [Theory]
    [InlineData("type", "found a SentencePiece model of type 1, expected 2 (BPE).")]
    [InlineData("bytes", "found tokens for 255 bytes")]
    [InlineData("two unknown", "has the type Unknown")]
    [InlineData("user", "has the type UserDefined")]
    [InlineData("prefix", "add_dummy_prefix")]
    [InlineData("spaces", "remove_extra_whitespaces")]
    [InlineData("fallback", "byte_fallback")]
    [InlineData("suffix", "treat_whitespace_as_suffix")]
    [InlineData("bos", "bos_id")]
    public void A_SentencePiece_model_is_refused(string what, string expected)
    {
        var path = _folder.File(SentencePieceBpeTokenizer.FileName);
        File.WriteAllBytes(path, what switch
        {
            "type" => SmallTokenizers.Model(trainer: [(3, 1)]),
            "bytes" => SmallTokenizers.Model(change: (id, piece) => id == 9 ? ("<0xXX>", piece.Score, 1) : piece),
            "two unknown" => SmallTokenizers.Model(change: (id, piece) => id == 300 ? piece with { Type = 2 } : piece),
            "user" => SmallTokenizers.Model(change: (id, piece) => id == 300 ? piece with { Type = 4 } : piece),
            "prefix" => SmallTokenizers.Model(normalizer: [(3, 0)]),
            "spaces" => SmallTokenizers.Model(normalizer: [(4, 1)]),
            "fallback" => SmallTokenizers.Model(trainer: [(35, 0)]),
            "suffix" => SmallTokenizers.Model(trainer: [(24, 1)]),
            _ => SmallTokenizers.Model(trainer: [(41, 300)]),
        });

        var error = Refused(() => TextTokenizers.Load(path));

        Assert.StartsWith(path, error);
        Assert.Contains(expected, error);
    }

    [Fact]
    public void A_truncated_SentencePiece_model_is_refused()
    {
        var path = _folder.File(SentencePieceBpeTokenizer.FileName);
        var bytes = SmallTokenizers.Model();
        foreach (var length in (int[])[1, 100, bytes.Length / 2, bytes.Length - 1])
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.StartsWith(path, Refused(() => TextTokenizers.Load(path)));
        }
    }

    [Theory]
    [InlineData(SmallTokenizers.ByteLevel, "pre_tokenizer", """{"type":"ByteLevel","add_prefix_space":true}""", "'pre_tokenizer'")]
    [InlineData(SmallTokenizers.ByteLevel, "pre_tokenizer", """{"type":"Whitespace"}""", "'model'")]
    [InlineData(SmallTokenizers.ByteLevel, "normalizer", """{"type":"NFC"}""", "'normalizer'")]
    [InlineData(SmallTokenizers.ByteLevel, "truncation", """{"max_length":5}""", "'truncation'")]
    [InlineData(SmallTokenizers.ByteLevel, "added_tokens", """[{"id":0,"content":"<|x|>","special":true,"lstrip":1}]""", "'added_tokens'")]
    [InlineData(SmallTokenizers.ByteLevel, "added_tokens", """[{"id":7,"content":"<|endoftext|>","special":true}]""", "'added_tokens'")]
    [InlineData(SmallTokenizers.ByteLevel, "added_tokens", """[{"id":9999,"content":"<|new|>","special":true}]""", "'added_tokens'")]
    [InlineData(SmallTokenizers.SentencePiece, "normalizer", "null", "'normalizer'")]
    [InlineData(SmallTokenizers.SentencePiece, "decoder", """{"type":"ByteFallback"}""", "'decoder'")]
    [InlineData(SmallTokenizers.SentencePiece, "pre_tokenizer", """{"type":"Metaspace"}""", "'pre_tokenizer'")]
    [InlineData(SmallTokenizers.Llama3, "post_processor", """{"type":"TemplateProcessing","single":[]}""", "'post_processor'")]
    public void A_part_of_tokenizer_json_that_gives_other_ids_is_refused(string name, string key, string json, string expected)
    {
        var changed = SmallTokenizers.Json(name);
        changed[key] = JsonNode.Parse(json);

        Assert.Contains(expected, Refused(() => SmallTokenizers.Load(name, changed)));
    }

    [Theory]
    [InlineData("type", "\"Unigram\"", "'model.type'")]
    [InlineData("dropout", "0.1", "'model.dropout'")]
    [InlineData("continuing_subword_prefix", "\"##\"", "'model.continuing_subword_prefix'")]
    [InlineData("unk_token", "\"<unk>\"", "'model.unk_token'")]
    [InlineData("merges", "[[\"a\", \"\\u0000\"]]", "'model.merges'")]
    [InlineData("merges", "[\"a b c\"]", "'model.merges'")]
    [InlineData("vocab", "{\"a\": 0, \"b\": 2}", "'model.")]
    [InlineData("vocab", "{\"a\": \"0\"}", "'model.vocab'")]
    public void A_key_of_the_model_is_refused(string key, string json, string expected)
    {
        var changed = SmallTokenizers.Json(SmallTokenizers.ByteLevel);
        changed["model"]![key] = JsonNode.Parse(json);

        Assert.Contains(expected, Refused(() => SmallTokenizers.Load(SmallTokenizers.ByteLevel, changed)));
    }

    [Theory]
    [InlineData("tokenizer_config.json", """{"eos_token":"</s>","add_eos_token":true}""", "'add_eos_token'")]
    [InlineData("tokenizer_config.json", """{"eos_token":"</s>","add_bos_token":false}""", "'add_bos_token'")]
    [InlineData("tokenizer_config.json", """{"eos_token":"<other>"}""", "'eos_token'")]
    [InlineData("tokenizer_config.json", """{"eos_token":"</s>","bos_token":"</s>"}""", "'bos_token'")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder":{"7":{"content":"</s>"}}}""", "'added_tokens_decoder'")]
    [InlineData("special_tokens_map.json", """{"additional_special_tokens":["<new>"]}""", "'additional_special_tokens'")]
    [InlineData("added_tokens.json", """{"<new>":32000}""", "'<new>'")]
    public void A_file_beside_the_vocabulary_that_asks_for_other_ids_is_refused(string file, string json, string expected)
    {
        using var folder = SmallTokenizers.Folder(SmallTokenizers.SentencePiece);
        var path = folder.Write(file, json);

        var error = Refused(() => TextTokenizers.Load(folder.Root));

        Assert.StartsWith(path, error);
        Assert.Contains(expected, error);
    }

    [Fact]
    public void What_is_no_tokenizer_of_a_decoder_is_named()
    {
        Assert.Contains("found no tokenizer in this folder", Assert.Throws<FileNotFoundException>(
            () => TextTokenizers.Load(_folder.Root)).Message);
        Assert.Contains("found no such file", Assert.Throws<FileNotFoundException>(
            () => TextTokenizers.Load(_folder.File("tokenizer.json"))).Message);
        var path = _folder.File("model.safetensors");
        File.WriteAllBytes(path, [0xFF, 0, 1]);
        Assert.Contains("begins with the byte 0xFF", Refused(() => TextTokenizers.Load(path)));
        File.WriteAllBytes(path, []);
        Assert.Contains("found 0 bytes", Refused(() => TextTokenizers.Load(path)));
    }

    private static string Joined(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    private static string Refused(Func<object> load) => Assert.Throws<InvalidDataException>(load).Message;
}
