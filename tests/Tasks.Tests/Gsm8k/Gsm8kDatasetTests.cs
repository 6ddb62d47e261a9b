using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SpectralExperiments.Tests;
using Tasks.Gsm8k;
using Tasks.MathWords;

namespace Tasks.Tests.Gsm8k;

/// <summary>GSM8K's files and lm-eval's prompts (tests/fixtures/gsm8k/few_shot.json).</summary>
public sealed class Gsm8kDatasetTests : IDisposable
{
    private static readonly JsonElement Golden = Fixtures.Json("gsm8k", "few_shot.json");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Few_shot_examples_are_drawn_as_by_lm_eval()
    {
        var documents = Gsm8kPrompts.Build(new Gsm8kDataset(Numbered(Gsm8kDataset.TrainSize), Numbered(Gsm8kDataset.TestSize)));

        foreach (var shots in Golden.GetProperty("shots").EnumerateArray())
        {
            Assert.Equal(shots.GetProperty("train_rows").Ints(), documents[shots.GetProperty("doc").GetInt32()].Shots);
        }

        Assert.Equal(
            Golden.GetProperty("all_shots_sha256").GetString(),
            Hash(string.Join('\n', documents.Select(document => string.Join(',', document.Shots)))));
    }

    [RealDataFact("gsm8k", "train.jsonl")]
    public void Prompts_are_lm_evals()
    {
        var documents = Gsm8kPrompts.Build(Gsm8kDataset.Load(RepositoryPaths.RealData("gsm8k")!));

        Assert.All(Golden.GetProperty("prompts").EnumerateArray(), golden =>
        {
            var prompt = documents[golden.GetProperty("doc").GetInt32()].Prompt;
            Assert.Equal(golden.GetProperty("characters").GetInt32(), prompt.EnumerateRunes().Count());
            Assert.Equal(golden.GetProperty("utf8_bytes").GetInt32(), Encoding.UTF8.GetByteCount(prompt));
            Assert.Equal(golden.GetProperty("sha256").GetString(), Hash(prompt));
        });
        Assert.Equal(
            Golden.GetProperty("all_prompts_sha256").GetString(), Hash(string.Join('\0', documents.Select(document => document.Prompt))));
    }

    [Fact]
    public void A_limit_changes_none_of_the_first_documents()
    {
        var data = new Gsm8kDataset(Numbered(30), Numbered(9));

        var (all, first) = (Gsm8kPrompts.Build(data), Gsm8kPrompts.Build(data, 4));

        Assert.Equal(9, all.Count);
        Assert.Equal(all.Take(4).Select(document => document.Prompt), first.Select(document => document.Prompt));
        var shots = first[3].Shots.Select(shot => $"Question: Q{shot}\nAnswer: {shot}\n#### {shot}\n\n");
        Assert.Equal(string.Concat(shots) + "Question: Q3\nAnswer:", first[3].Prompt);
    }

    [Theory]
    [InlineData(4, 9, null)]
    [InlineData(5, 9, 10)]
    [InlineData(5, 9, 0)]
    public void Too_few_problems_are_refused(int train, int test, int? count)
    {
        var data = new Gsm8kDataset(Numbered(train), Numbered(test));
        Assert.Contains(
            $"Found {train} training problems and {test} test problems",
            Assert.Throws<ArgumentException>(() => Gsm8kPrompts.Build(data, count)).Message);
    }

    [Fact]
    public void Json_lines_and_published_Parquet_are_read()
    {
        Write("train.jsonl", "1 + 1 = <<1+1=2>>2\n#### 2", "#### -1,200", "#### 0.5");
        ParquetFile.WriteTexts(
            _folder, "main/test-00000-of-00001.parquet", 1, ("question", ["a", "b"]), ("answer", ["#### 1", "#### 2"]));

        var data = Gsm8kDataset.Load(_folder.Root, allowSubset: true);

        Assert.Equal(["Q0", "Q1", "Q2"], data.Train.Problems.Select(problem => problem.Question));
        Assert.Equal([new WordProblem("a", "#### 1"), new("b", "#### 2")], data.Test.Problems);
        var error = Assert.Throws<DataFormatException>(() => Gsm8kDataset.Load(_folder.Root));
        Assert.Equal($"{_folder.File("train.jsonl")}: found 3 problems, expected the 7,473 of the published split", error.Message);
    }

    [Theory]
    [InlineData("The answer is 5", "an answer without '####' and a space")]
    [InlineData("####5", "an answer without '####' and a space")]
    [InlineData("#### five", "an answer that ends in '#### five'")]
    [InlineData("#### 5\n#### ", "an answer that ends in '#### '")]
    [InlineData("#### 5.", "an answer that ends in '#### 5.'")]
    public void An_answer_without_its_number_is_refused(string answer, string found)
    {
        Write("train.jsonl", "#### 1", answer);
        var error = Assert.Throws<DataFormatException>(() => Gsm8kDataset.Load(_folder.Root, allowSubset: true));
        Assert.Equal(
            $"{_folder.File("train.jsonl")}, line 2: found {found}, expected '#### ' and a number at its end", error.Message);

        File.Delete(_folder.File("train.jsonl"));
        ParquetFile.WriteTexts(_folder, "train-00000-of-00001.parquet", 1, ("question", ["a", "b"]), ("answer", ["#### 1", answer]));
        error = Assert.Throws<DataFormatException>(() => Gsm8kDataset.Load(_folder.Root, allowSubset: true));
        Assert.Contains($"parquet, row 2: found {found}", error.Message);
    }

    [Fact]
    public void A_missing_split_is_named_with_the_command_that_gets_it()
    {
        Write("train.jsonl", "#### 1");

        var error = Assert.Throws<FileNotFoundException>(() => Gsm8kDataset.Load(_folder.Root, allowSubset: true));

        Assert.Contains("found none of test.jsonl, test-00000-of-00001.parquet, main/test-00000-of-00001.parquet", error.Message);
        Assert.Contains($"curl -L --create-dirs -o {_folder.File("test.jsonl")} https://", error.Message);
    }

    private static WordProblemSplit Numbered(int count) =>
        new("numbered", [.. Enumerable.Range(0, count).Select(i => new WordProblem($"Q{i}", $"{i}\n#### {i}"))]);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private void Write(string name, params string[] answers) => _folder.Write(
        name, string.Concat(answers.Select((answer, i) => JsonSerializer.Serialize(new { question = $"Q{i}", answer }) + "\n")));
}
