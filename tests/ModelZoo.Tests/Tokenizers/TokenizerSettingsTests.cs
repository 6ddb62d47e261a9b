using ModelZoo.Tokenizers;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>The files beside spm.model that change the ids in transformers: each setting is honoured or refused by its name.</summary>
public sealed class TokenizerSettingsTests
{
    [Theory]
    [InlineData("tokenizer_config.json", "{\"do_lower_case\": true}", "do_lower_case")]
    [InlineData("tokenizer_config.json", "{\"split_by_punct\": true}", "split_by_punct")]
    [InlineData("tokenizer_config.json", "{\"vocab_type\": \"gpt2\"}", "vocab_type")]
    [InlineData("tokenizer_config.json", "{\"tokenizer_class\": \"BertTokenizer\"}", "tokenizer_class")]
    [InlineData("tokenizer_config.json", "{\"sp_model_kwargs\": {\"enable_sampling\": true}}", "sp_model_kwargs")]
    [InlineData("tokenizer_config.json", "{\"padding_side\": \"left\"}", "padding_side")]
    [InlineData("tokenizer_config.json", "{\"truncation_side\": \"left\"}", "truncation_side")]
    [InlineData("tokenizer_config.json", "{\"add_prefix_space\": false}", "add_prefix_space")]
    [InlineData("tokenizer_config.json", "{\"cls_token\": \"<s>\"}", "cls_token")]
    [InlineData("tokenizer_config.json", "{\"mask_token\": {\"content\": \"[MASK]\", \"lstrip\": true}}", "mask_token")]
    [InlineData("tokenizer_config.json", "{\"additional_special_tokens\": [\"<extra>\"]}", "additional_special_tokens")]
    [InlineData("tokenizer_config.json", "{\"extra_special_tokens\": {\"a\": \"<extra>\"}}", "extra_special_tokens")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\": {\"1\": {\"content\": \"[PAD]\"}}}", "added_tokens_decoder")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\": {\"9\": {\"content\": \"<extra>\"}}}", "added_tokens_decoder")]
    [InlineData("tokenizer_config.json", "{\"do_lower_case\": \"yes\"}", "do_lower_case")]
    [InlineData("tokenizer_config.json", "[]", "an object")]
    [InlineData("special_tokens_map.json", "{\"sep_token\": \"</s>\"}", "sep_token")]
    [InlineData("special_tokens_map.json", "{\"unk_token\": {\"content\": \"<unk>\"}}", "unk_token")]
    [InlineData("added_tokens.json", "{\"[MASK]\": 7}", "[MASK]")]
    [InlineData("added_tokens.json", "{\"<extra>\": 6}", "<extra>")]
    [InlineData("tokenizer.json", "{\"model\": {\"type\": \"BPE\", \"vocab\": {}}}", "BPE")]
    [InlineData("tokenizer.json", "{\"model\": {\"type\": \"Unigram\", \"vocab\": [[\"[PAD]\", 0]]}}", "vocab")]
    [InlineData("tokenizer.json", "{\"normalizer\": {\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Lowercase\"}]}}", "Lowercase")]
    public void A_setting_that_changes_the_ids_is_refused(string file, string json, string named)
    {
        using var folder = Folder(file, json);

        var error = Assert.Throws<InvalidDataException>(() => DebertaTokenizer.Load(folder.File("spm.model"))).Message;

        Assert.StartsWith(folder.File(file), error);
        Assert.Contains(named, error);
    }

    [Theory]
    [InlineData("tokenizer_config.json", "{\"do_lower_case\": false, \"vocab_type\": \"spm\"}")]
    [InlineData(
        "tokenizer_config.json", "{\"tokenizer_class\": \"DebertaV2Tokenizer\", \"sp_model_kwargs\": {}, \"split_by_punct\": false}")]
    [InlineData(
        "tokenizer_config.json",
        "{\"added_tokens_decoder\": {\"0\": {\"content\": \"[PAD]\", \"special\": true}}, \"model_max_length\": 512}")]
    [InlineData("tokenizer_config.json", "{\"unk_token\": {\"content\": \"[UNK]\", \"lstrip\": false, \"normalized\": true}}")]
    [InlineData("tokenizer_config.json", "{\"additional_special_tokens\": [], \"padding_side\": \"right\", \"add_prefix_space\": true}")]
    [InlineData("special_tokens_map.json", "{\"bos_token\": \"[CLS]\", \"eos_token\": \"[SEP]\", \"mask_token\": \"[MASK]\"}")]
    [InlineData("added_tokens.json", "{\"[MASK]\": 6}")]
    [InlineData(
        "tokenizer.json",
        "{\"model\": {\"type\": \"Unigram\", \"vocab\": [[\"[PAD]\", 0], [\"[CLS]\", 0], [\"[SEP]\", 0], [\"[UNK]\", 0], "
        + "[\"\u2581a\", -1], [\"b\", -2]]}}")]
    public void Settings_that_are_those_of_the_tokenizer_are_accepted(string file, string json)
    {
        using var folder = Folder(file, json);

        Assert.Equal([4, 5], DebertaTokenizer.Load(folder.File("spm.model")).Encode("ab"));
    }

    [Fact]
    public void A_tokenizer_json_instead_of_the_model_is_described()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("tokenizer.json"), "{\"model\": {\"type\": \"Unigram\"}}");

        var error = Assert.Throws<InvalidDataException>(() => DebertaTokenizer.Load(folder.File("tokenizer.json")));
        Assert.Contains("tokenizer.json", error.Message);
        Assert.Contains(
            "JSON", Assert.Throws<InvalidDataException>(() => DebertaTokenizer.Load(folder.File("tokenizer.json"))).Message);
        Assert.Contains(
            "found tokenizer.json", Assert.Throws<FileNotFoundException>(() => DebertaTokenizer.Load(folder.File("spm.model"))).Message);
    }

    private static TemporaryFolder Folder(string file, string json)
    {
        var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("spm.model"), UnigramModelFile.Of(("\u2581a", -1), ("b", -2)));
        File.WriteAllText(folder.File(file), json);
        return folder;
    }
}
