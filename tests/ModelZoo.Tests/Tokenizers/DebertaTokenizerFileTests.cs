using System.Text;
using ModelZoo.Tokenizers;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>Every wrong vocabulary file is refused with its path.</summary>
public sealed class DebertaTokenizerFileTests
{
    [Fact]
    public void A_missing_file_is_named()
    {
        var error = Assert.Throws<FileNotFoundException>(() => DebertaTokenizer.Load("nowhere/spm.model"));
        Assert.Contains("nowhere/spm.model", error.Message);
        Assert.Contains("SentencePiece", error.Message);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        var whole = File.ReadAllBytes(RepositoryPaths.Fixture("tokenizers", "small-deberta.model"));
        for (var length = 0; length < whole.Length - 1; length += 61)
        {
            Refused(whole[..length]);
        }

        Refused(whole[..^1]);
    }

    [Fact]
    public void Damaged_files_are_refused_or_read_but_never_crash()
    {
        var whole = File.ReadAllBytes(RepositoryPaths.Fixture("tokenizers", "small-deberta.model"));
        var random = new Random(3);
        using var folder = new TemporaryFolder();
        for (var round = 0; round < 100; round++)
        {
            var damaged = whole.ToArray();
            for (var i = 0; i < 20; i++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(folder.File("spm.model"), damaged);
            try
            {
                DebertaTokenizer.Load(folder.File("spm.model")).Encode("the price of labour e\u0301");
            }
            catch (InvalidDataException exception)
            {
                Assert.Contains("spm.model", exception.Message);
            }
        }
    }

    [Fact]
    public void Files_of_another_kind_are_refused() =>
        Assert.All(["{\"model\": {\"type\": \"Unigram\"}}", "IQ== 0\nIg== 1\n", ""], text => Refused(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Another_model_type_is_refused() =>
        Assert.Contains("type 2", Refused(UnigramModelFile.Of(modelType: 2, UnigramModelFile.Special, [])));

    [Fact]
    public void Every_special_piece_is_needed() => Assert.All(UnigramModelFile.Special, missing =>
        Assert.Contains(
            $"found no piece '{missing.Text}' among 3",
            Refused(UnigramModelFile.Of(UnigramModelFile.Unigram, UnigramModelFile.Special.Where(piece => piece != missing), []))));

    [Fact]
    public void A_piece_may_not_occur_twice() =>
        Assert.Contains("'ab' occurs twice, as 4 and 6", Refused(UnigramModelFile.Of(("ab", -1), ("b", -1), ("ab", -2))));

    [Theory]
    [InlineData("", -1f)]
    [InlineData("ab", float.NaN)]
    [InlineData("ab", float.NegativeInfinity)]
    public void A_piece_needs_a_text_and_a_finite_score(string text, float score) =>
        Assert.Contains("piece 4", Refused(UnigramModelFile.Of((text, score))));

    [Fact]
    public void A_field_of_another_type_is_refused() =>
        Assert.Contains("field 3 has the wire type Fixed32, expected LengthDelimited", Refused([0x1D, 0, 0, 0, 0]));

    [Fact]
    public void A_user_defined_piece_is_refused() =>
        Assert.Contains("piece 4 'ab' is user-defined", Refused(UnigramModelFile.WithPieceOfType("ab", 4)));

    [Fact]
    public void A_piece_that_is_not_utf8_is_refused()
    {
        var model = UnigramModelFile.Of(("ab", -1));
        model[model.AsSpan().IndexOf("ab"u8)] = 0xFF;
        Assert.Contains("piece 4 is not UTF-8", Refused(model));
    }

    [Theory]
    [InlineData("add_dummy_prefix", 3)]
    [InlineData("remove_extra_whitespaces", 4)]
    [InlineData("escape_whitespaces", 5)]
    public void Options_that_change_the_ids_are_refused(string option, int field) =>
        Assert.Contains($"found the option {option} False, expected True", Refused(UnigramModelFile.WithOptions([], [(field, 0)])));

    [Fact]
    public void White_space_at_the_end_of_words_is_refused() => Assert.Contains(
        "found the option treat_whitespace_as_suffix True, expected False", Refused(UnigramModelFile.WithOptions([(24, 1)], [])));

    [Fact]
    public void Options_with_the_values_of_DeBERTa_are_accepted()
    {
        var model = UnigramModelFile.WithOptions([(3, UnigramModelFile.Unigram), (24, 0)], [(3, 1), (4, 1), (5, 1)]);
        Assert.Equal(5, UnigramModelFile.Load(model).VocabularySize);
    }

    [Theory]
    [InlineData(new byte[] { 1, 0 })]
    [InlineData(new byte[] { 8, 0, 0, 0, 1, 2, 3, 4 })]
    [InlineData(new byte[] { 3, 0, 0, 0, 1, 2, 3, 4 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 1, 2, 3, 4 })]
    public void A_broken_character_map_is_refused(byte[] map) =>
        Assert.Contains("normalisation map", Refused(UnigramModelFile.Of(UnigramModelFile.Unigram, UnigramModelFile.Special, map)));

    private static string Refused(byte[] model)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("spm.model");
        File.WriteAllBytes(path, model);
        var error = Assert.Throws<InvalidDataException>(() => DebertaTokenizer.Load(path));
        Assert.StartsWith(path, error.Message);
        return error.Message;
    }

    /// <summary>A character map whose only key, "a", is replaced by more text than a stack holds.</summary>
    [Fact]
    public void A_replacement_may_be_of_any_length()
    {
        const int Length = 4_000_000;
        var units = new uint[256];
        units['a'] = (0x80u << 10) | (1u << 8) | 'a'; // a key ends here; its value is at 'a' ^ 0x80
        units['a' ^ 0x80] = 0x80000000; // the first replacement
        byte[] map = [.. BitConverter.GetBytes(units.Length * sizeof(uint)), .. units.SelectMany(BitConverter.GetBytes),
            .. Enumerable.Repeat((byte)'b', Length), 0];
        byte[] model = UnigramModelFile.Of(UnigramModelFile.Unigram, [.. UnigramModelFile.Special, ("\u2581", -1), ("b", -1)], map);

        Assert.Equal(Length, UnigramModelFile.Load(model).Encode("a\u0301").Count(id => id == 5));
    }
}
