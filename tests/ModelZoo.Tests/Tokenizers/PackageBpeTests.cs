using Microsoft.ML.Tokenizers;
using ModelZoo.Tokenizers;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>
/// What Microsoft.ML.Tokenizers makes of SentencePiece BPE models, beside the right ids: why SentencePieceBpeTokenizer has merges of its
/// own. A
/// test that fails after an update of the package says that the package has been corrected there.
/// </summary>
public sealed class PackageBpeTests
{
    [Fact]
    public void The_package_takes_a_control_token_in_a_text_for_text()
    {
        Assert.NotEqual(Ours("a</s>b"), Package("a</s>b"));
        Assert.Contains(2, Ours("a</s>b"));
        Assert.DoesNotContain(2, Package("a</s>b"));
    }

    [Fact]
    public void The_package_takes_the_merge_on_the_right_of_equal_ones_first()
    {
        // "aaa" is a token of the vocabulary, and "aa".
        Assert.Contains(Enumerable.Range(1, 40).Select(count => new string('a', count)), text => !Ours(text).SequenceEqual(Package(text)));
    }

    [Fact]
    public void Both_agree_on_plain_words() => Assert.Equal(Ours("the and of"), Package("the and of"));

    private static IReadOnlyList<int> Package(string text)
    {
        var tokenizer = SentencePieceTokenizer.Create(new MemoryStream(SmallTokenizers.Model()), addBeginningOfSentence: false);
        return tokenizer.EncodeToIds(text, addBeginningOfSentence: false, addEndOfSentence: false);
    }

    private static int[] Ours(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File(SentencePieceBpeTokenizer.FileName), SmallTokenizers.Model());
        return TextTokenizers.Load(folder.Root).Encode(text);
    }
}
