namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

public sealed class UnigramTieTests
{
    private const int Space = 4;
    private const int One = 5;
    private const int Two = 6;

    [Fact]
    public void Of_equal_sums_the_one_whose_last_piece_starts_first_wins_whatever_single_precision_says()
    {
        // In single precision the two sums round to different numbers, and the other segmentation would win.
        var (space, one, two) = (-13.815f, -8.119f, -9.34f);
        Assert.True((float)((float)(space + two) + one) > (float)((float)(space + one) + two));

        var tokenizer = UnigramModelFile.Load(UnigramModelFile.Of(("\u2581", space), ("a", one), ("aa", two)));

        Assert.Equal([Space, One, Two], tokenizer.Encode("aaa"));
        Assert.Equal([Space, One, .. Enumerable.Repeat(Two, 60)], tokenizer.Encode(new string('a', 121)));
    }

    [Fact]
    public void Segmentations_have_the_highest_sum_of_all()
    {
        (string Text, float Score)[] pieces =
        [
            ("\u2581", -2.5f), ("\u2581a", -3.25f), ("a", -4.75f), ("b", -4.5f), ("ab", -6.125f), ("ba", -6.5f), ("aab", -8.5f), ("bb", -7),
        ];
        var tokenizer = UnigramModelFile.Load(UnigramModelFile.Of(pieces));
        var random = new Random(2);
        for (var round = 0; round < 300; round++)
        {
            var word = "\u2581" + string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => "ab"[random.Next(2)]));
            var ids = tokenizer.Encode(word[1..]);
            Assert.Equal(word, string.Concat(ids.Select(id => pieces[id - Space].Text)));
            Assert.Equal(Best(word), ids.Sum(id => pieces[id - Space].Score));
        }

        float Best(string word) => word.Length == 0
            ? 0
            : pieces.Where(piece => word.StartsWith(piece.Text, StringComparison.Ordinal))
                .Select(piece => piece.Score + Best(word[piece.Text.Length..])).Max();
    }
}
