using System.Text.Json;
using ModelZoo.Packages;
using ModelZoo.Tokenizers;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

public sealed class WordPieceTokenizerTests
{
    private const string Special = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";
    private const string Small = Special + "the\ncat\n##s\ncafe\n$\n.\n中\n\u1112\u1161\u11ab\n";

    [PackagedModelFact]
    public void Every_golden_string_has_the_ids_of_the_reference()
    {
        var tokenizer = MiniLm();
        using var fixture = JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("tokenizers", "bert_and_smollm2.json")));
        var strings = fixture.RootElement.GetProperty("strings").EnumerateArray().Select(text => text.GetString()!).ToList();
        var ids = fixture.RootElement.GetProperty("ids").GetProperty("bert-uncased").EnumerateArray()
            .Select(list => list.EnumerateArray().Select(id => id.GetInt32()).ToArray()).ToList();

        Assert.Equal(83, strings.Count);
        Assert.All(strings.Zip(ids), pair => Assert.Equal(pair.Second, tokenizer.Encode(pair.First)));
    }

    [PackagedModelFact("glue/MRPC/train.tsv")]
    public void Every_string_of_the_real_data_sets_has_the_ids_of_the_reference() =>
        TokenizerCorpus.AssertEqual("bert-uncased", MiniLm().Encode);

    [Fact]
    public void Accents_case_symbols_and_chinese_characters_are_treated_as_bert_does()
    {
        using var folder = Folder(Small);
        var tokenizer = WordPieceTokenizer.Load(folder.File("vocab.txt"));

        Assert.Equal([8, 8, 8], tokenizer.Encode("Café cafe\u0301 CAFÉ"));
        Assert.Equal([5, 6, 7, 9, 10], tokenizer.Encode("the cats$."));
        Assert.Equal([6, 11, 6], tokenizer.Encode("cat中cat"));
        Assert.Equal([12, 12], tokenizer.Encode("\ud55c \u1112\u1161\u11ab"));
        Assert.Equal([6], tokenizer.Encode("c\u0000a\ufffd\u200bt"));
        Assert.Equal([1, 4, 1], tokenizer.Encode("[mas] [MASK] zzz")[^3..]);
    }

    [Fact]
    public void A_word_of_more_than_a_hundred_characters_is_unknown()
    {
        using var folder = Folder(Special + "a\n##a\n\U0001d400\n##\U0001d400\n");
        var tokenizer = WordPieceTokenizer.Load(folder.File("vocab.txt"));

        Assert.Equal(100, tokenizer.Encode(new string('a', 100)).Length);
        Assert.Equal([1], tokenizer.Encode(new string('a', 101)));
        Assert.Equal(100, tokenizer.Encode(string.Concat(Enumerable.Repeat("\U0001d400", 100))).Length);
        Assert.Equal([1], tokenizer.Encode(string.Concat(Enumerable.Repeat("\U0001d400", 101))));
    }

    [Fact]
    public void Pairs_have_the_length_of_the_first_text_and_are_truncated_longest_first()
    {
        using var folder = Folder(Small);
        var tokenizer = WordPieceTokenizer.Load(folder.File("vocab.txt"));

        var pair = tokenizer.Encode("the cat", "cats .", maxLength: null);
        Assert.Equal([2, 5, 6, 3, 6, 7, 10, 3], pair.Ids);
        Assert.Equal(4, pair.FirstLength);
        var cut = tokenizer.Encode("the cat", "cats . . .", 7);
        Assert.Equal([2, 5, 6, 3, 6, 7, 3], cut.Ids);
        Assert.Equal(4, cut.FirstLength);
        Assert.Equal(4, tokenizer.Encode("the cat", null, 9).FirstLength);
    }

    [Fact]
    public void Line_ends_do_not_matter()
    {
        using var folder = Folder(Small.ReplaceLineEndings("\r\n"));
        Assert.Equal([5, 6, 7], WordPieceTokenizer.Load(folder.File("vocab.txt")).Encode("the cats"));
    }

    [Theory]
    [InlineData("[PAD]\n[UNK]\n[SEP]\n[MASK]\nthe\n", "found 5 tokens without [CLS], expected one that is [CLS].")]
    [InlineData("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n\nthe\n", "line 6: found an empty line, expected a token.")]
    [InlineData("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\nthe\n", "line 7: found 'the' again (first in line 6), expected each token once.")]
    [InlineData("", "found no line, expected a token a line.")]
    public void A_damaged_vocabulary_is_refused_by_name(string text, string message)
    {
        using var folder = Folder(text);

        var error = Assert.Throws<InvalidDataException>(() => WordPieceTokenizer.Load(folder.File("vocab.txt"))).Message;

        Assert.StartsWith(folder.File("vocab.txt"), error);
        Assert.EndsWith(message, error);
    }

    [Fact]
    public void Bytes_that_are_no_text_and_a_missing_file_are_named()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("vocab.txt");
        Assert.Contains(
            "expected the vocab.txt of BERT", Assert.Throws<FileNotFoundException>(() => WordPieceTokenizer.Load(path)).Message);
        File.WriteAllBytes(path, [(byte)'a', 0xff, (byte)'\n']);
        Assert.Contains("no text in UTF-8", Assert.Throws<InvalidDataException>(() => WordPieceTokenizer.Load(path)).Message);
    }

    [Theory]
    [InlineData("tokenizer_config.json", "{\"do_lower_case\": false}", "do_lower_case")]
    [InlineData("tokenizer_config.json", "{\"strip_accents\": false}", "strip_accents")]
    [InlineData("tokenizer_config.json", "{\"tokenize_chinese_chars\": false}", "tokenize_chinese_chars")]
    [InlineData("tokenizer_config.json", "{\"do_basic_tokenize\": false}", "do_basic_tokenize")]
    [InlineData("tokenizer_config.json", "{\"never_split\": [\"a\"]}", "never_split")]
    [InlineData("tokenizer_config.json", "{\"tokenizer_class\": \"DebertaV2Tokenizer\"}", "tokenizer_class")]
    [InlineData("special_tokens_map.json", "{\"cls_token\": \"<s>\"}", "cls_token")]
    [InlineData("added_tokens.json", "{\"<extra>\": 14}", "<extra>")]
    [InlineData("tokenizer.json", "{\"normalizer\": {\"type\": \"NFC\"}}", "normalizer")]
    [InlineData("tokenizer.json", "{\"normalizer\": {\"type\": \"BertNormalizer\", \"lowercase\": false}}", "lowercase true")]
    [InlineData("tokenizer.json", "{\"pre_tokenizer\": {\"type\": \"Whitespace\"}}", "pre_tokenizer")]
    [InlineData("tokenizer.json", "{\"model\": {\"type\": \"Unigram\"}}", "WordPiece")]
    [InlineData("tokenizer.json", "{\"model\": {\"type\": \"WordPiece\", \"max_input_chars_per_word\": 50}}", "max_input_chars_per_word")]
    [InlineData("tokenizer.json", "{\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"[PAD]\": 1}}}", "'[PAD]' with the id 1, expected 0")]
    [InlineData("tokenizer.json", "{\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"[PAD]\": 0}}}", "found 1 tokens, expected the 13")]
    public void A_setting_that_changes_the_ids_is_refused(string file, string json, string named)
    {
        using var folder = Folder(Small);
        File.WriteAllText(folder.File(file), json);

        var error = Assert.Throws<InvalidDataException>(() => WordPieceTokenizer.Load(folder.File("vocab.txt"))).Message;

        Assert.StartsWith(folder.File(file), error);
        Assert.Contains(named, error);
    }

    [Theory]
    [InlineData("tokenizer_config.json", "{\"do_lower_case\": true, \"strip_accents\": null, \"tokenizer_class\": \"BertTokenizer\"}")]
    [InlineData("tokenizer.json", "{\"normalizer\": {\"type\": \"BertNormalizer\", \"strip_accents\": null, \"lowercase\": true}}")]
    public void Settings_that_are_those_of_the_tokenizer_are_accepted(string file, string json)
    {
        using var folder = Folder(Small);
        File.WriteAllText(folder.File(file), json);

        Assert.Equal([5], WordPieceTokenizer.Load(folder.File("vocab.txt")).Encode("The"));
    }

    private static WordPieceTokenizer MiniLm() =>
        WordPieceTokenizer.Load(Path.Combine(PackagedModels.Folder(PackagedModel.MiniLm), WordPieceTokenizer.FileName));

    private static TemporaryFolder Folder(string vocabulary)
    {
        var folder = new TemporaryFolder();
        folder.Write("vocab.txt", vocabulary);
        return folder;
    }
}
