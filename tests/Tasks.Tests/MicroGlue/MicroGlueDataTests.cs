using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Tasks.Glue;
using Tasks.MicroGlue;

namespace Tasks.Tests.MicroGlue;

public sealed partial class MicroGlueDataTests
{
    public static TheoryData<string> Tasks => [.. GlueTask.All.Select(task => task.Name)];

    // Results are only comparable on the same rows: a change of the generator has to be meant, and then stands here.
    [Theory]
    [MemberData(nameof(Hashes))]
    public void Rows_are_the_same_on_every_machine(string task, string hash) => Assert.Equal(hash, Hash(Generate(task)));

    public static TheoryData<string, string> Hashes => new()
    {
        { "mnli", "fb4bbbf6807be16d" },
        { "sst2", "015b145ed6e03f67" },
        { "mrpc", "f91f31236843e8dc" },
        { "cola", "c5422a7d882a84c9" },
        { "qnli", "6193b6bb6a4b56cd" },
        { "qqp", "47feb66af7423e76" },
        { "rte", "15ce32addab8185c" },
        { "stsb", "5e7df1da54318464" },
    };

    // The committed deberta-mini was pretrained on it.
    [Fact]
    public void The_text_is_the_same_on_every_machine() =>
        Assert.Equal("1353131a5429ad405c53d16dc3b1be089b8f7af8b2c89daf85807b52b50123a9", MicroGlueData.TextSha256(0));

    [Fact]
    public void Another_seed_gives_other_rows() => Assert.NotEqual(
        Generate("rte").Train.Examples, MicroGlueData.Generate(GlueTask.Rte, seed: 1).Train.Examples);

    [Fact]
    public void A_negative_seed_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MicroGlueData.Generate(GlueTask.Rte, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => MicroGlueData.Text(-1));
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void No_row_occurs_twice_in_one_split_or_both(string task)
    {
        var data = Generate(task);
        var rows = Rows(data).Select(row => (row.Sentence1, row.Sentence2)).ToList();
        Assert.Equal(rows.Count, rows.Distinct().Count());
        Assert.All(rows, row => Assert.NotEqual(row.Sentence1, row.Sentence2));
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Rows_have_the_shape_of_the_real_task(string task)
    {
        var data = Generate(task);
        Assert.True(data.Train.Examples.Count > data.Development.Examples.Count);
        Assert.Empty(data.Notes);
        Assert.All(Rows(data), row =>
        {
            Assert.Equal(data.Task.IsPair, row.Sentence2 is not null);
            Assert.True(data.Task.IsRegression ? row.Label is >= 0 and <= 5 : row.Label >= 0 && row.Label < data.Task.OutputCount
                && row.Label == (int)row.Label);
            Assert.Matches(Sentence(), row.Sentence1);
            Assert.Matches(Sentence(), row.Sentence2 ?? row.Sentence1);
        });
    }

    // Shares of the first class, or of the positive one, with the noise that the generator adds.
    [Theory]
    [InlineData("mnli", 0, 0.33)]
    [InlineData("mnli", 2, 0.33)]
    [InlineData("sst2", 1, 0.50)]
    [InlineData("mrpc", 1, 0.67)]
    [InlineData("cola", 1, 0.69)]
    [InlineData("qnli", 0, 0.50)]
    [InlineData("qqp", 1, 0.38)]
    [InlineData("rte", 0, 0.50)]
    public void Classes_are_as_frequent_as_in_GLUE(string task, int label, double share)
    {
        var rows = Generate(task).Train.Examples;
        Assert.InRange(rows.Count(row => row.Label == label) / (double)rows.Count, share - 0.05, share + 0.05);
    }

    [Fact]
    public void Scores_fill_the_whole_range()
    {
        var scores = Generate("stsb").Train.Examples.Select(row => row.Label).ToList();
        Assert.InRange(scores.Average(), 2, 4);
        Assert.All(Enumerable.Range(0, 5), score => Assert.Contains(scores, label => label >= score && label <= score + 1));
    }

    [Theory]
    [InlineData("mrpc")]
    [InlineData("stsb")]
    [InlineData("sst2")]
    [InlineData("mnli")]
    [InlineData("cola")]
    public void Plain_text_holds_no_sentence_of_a_development_split(string task)
    {
        var sentences = MicroGlueData.Text(0).Take(40_000).SelectMany(paragraph => paragraph).Select(Bare).ToHashSet();
        Assert.True(sentences.Count > 20_000);
        Assert.DoesNotContain(Generate(task).Development.Examples.Select(row => Bare(row.Sentence1)), sentences.Contains);
    }

    [Theory]
    [InlineData("mnli")]
    [InlineData("mrpc")]
    [InlineData("qqp")]
    [InlineData("qnli")]
    [InlineData("rte")]
    [InlineData("stsb")]
    public void Plain_text_holds_no_pair_of_a_development_split(string task)
    {
        var pairs = MicroGlueData.Text(0).Take(200_000).Where(paragraph => paragraph.Count == 2).Select(
            paragraph => (Bare(paragraph[0]), Bare(paragraph[1]))).ToHashSet();
        Assert.DoesNotContain(
            Generate(task).Development.Examples.Select(row => (Bare(row.Sentence1), Bare(row.Sentence2!))), pairs.Contains);
    }

    [Fact]
    public void Every_joining_word_joins_sentences_of_the_text()
    {
        var seconds = MicroGlueData.Text(0).Take(10_000).Where(
            paragraph => paragraph.Count == 2).Select(paragraph => paragraph[1]).ToList();
        Assert.All(MicroGlueData.JoiningWords, word => Assert.True(
            seconds.Count(sentence => sentence.StartsWith(word + " ", StringComparison.Ordinal)) > 100, word));
    }

    // A sentence without joining word, capital and mark.
    private static string Bare(string sentence)
    {
        var joined = MicroGlueData.JoiningWords.FirstOrDefault(word => sentence.StartsWith(word + " ", StringComparison.Ordinal));
        return sentence[(joined is null ? 0 : joined.Length + 1)..].TrimEnd('.', '?').ToLowerInvariant();
    }

    private static GlueDataset Generate(string task) => MicroGlueData.Generate(GlueTask.Parse(task), seed: 0);

    private static IEnumerable<GlueExample> Rows(GlueDataset data) => data.Train.Examples.Concat(data.Development.Examples);

    private static string Hash(GlueDataset data)
    {
        var text = string.Join(
            '\n', Rows(data).Select(row => $"{row.Sentence1}\t{row.Sentence2}\t{row.Label.ToString(CultureInfo.InvariantCulture)}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }

    [GeneratedRegex(@"^[A-Z][A-Za-z]*([,;]? [A-Za-z]+)*[.?]$")]
    private static partial Regex Sentence();
}
