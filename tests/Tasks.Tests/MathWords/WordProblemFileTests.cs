using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using SpectralExperiments.Tests;
using Tasks.MathWords;

namespace Tasks.Tests.MathWords;

public sealed class WordProblemFileTests : IDisposable
{
    private static readonly WordProblem[] Problems = [new("Café 🐈?", "1 + 1 = 2\n#### 2"), new("B \"b\"", "#### -3"), new("", "c")];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Json_lines_arrays_and_Parquet_hold_the_same_problems()
    {
        string[] lines =
        [
            .. Problems.Select(problem => JsonSerializer.Serialize(new { id = 1, question = problem.Question, answer = problem.Answer })),
        ];
        var jsonLines = _folder.Write("a.jsonl", string.Join('\n', lines) + "\n\n");
        var json = _folder.Write("a.json", $"[{string.Join(",\n", lines)}]\n");
        var parquet = WriteParquet("a.parquet", 2, [.. Problems.Select(problem => problem.Answer)]);

        Assert.Equal(Problems, WordProblemFile.Read(jsonLines));
        Assert.Equal(Problems, WordProblemFile.Read(json));
        Assert.Equal(Problems, WordProblemFile.Read(parquet));
    }

    [Theory]
    [InlineData(
        "a.jsonl", "{\"question\": \"a\", \"answer\": \"b\"}\n{\"question\": \"a\"}",
        "line 2: found the keys question, expected a key 'answer'")]
    [InlineData("a.jsonl", "{\"question\": 3, \"answer\": \"b\"}", "line 1: found 'question' of kind Number, expected a string")]
    [InlineData("a.jsonl", "{\"question\"", "line 1: found text that is not JSON")]
    [InlineData("a.jsonl", "\n", "line 1: found no examples, expected at least one")]
    [InlineData("a.jsonl", "[1]", "line 1: found a JSON Array, expected one JSON object")]
    [InlineData("a.jsonl", "{\"question\": \"\\ud800\", \"answer\": \"b\"}", "line 1: found an escape of one half of a surrogate pair")]
    [InlineData("a.json", "[{\"question\": \"a\", \"answer\": \"b\"}, 7]", "row 2: found a JSON Number, expected one JSON object")]
    [InlineData("a.json", "{\"question\": \"a\"}", "found a JSON Object, expected an array of JSON objects")]
    [InlineData("a.json", "[]", "found an empty array, expected an array of JSON objects")]
    [InlineData("a.json", "[{}", "found text that is not JSON")]
    [InlineData("a.csv", "question,answer", "found a file that ends in '.csv', expected .jsonl, .json or .parquet")]
    public void Damaged_texts_are_refused(string name, string text, string expected) => CheckRefused(_folder.Write(name, text), expected);

    [Fact]
    public void Parquet_without_the_columns_is_refused()
    {
        var other = ParquetFile.WriteTexts(_folder, "a.parquet", 1, ("question", ["a"]), ("solution", ["b"]));
        CheckRefused(other, "found the columns question, solution, expected a column 'answer'");
        CheckRefused(ParquetFile.WriteNumbers(_folder, "b.parquet"), "found the column 'answer' of type Int32, expected texts");
        CheckRefused(WriteParquet("c.parquet", 2, ["a", "b", null]), "row 3: found no value in the column 'answer', expected a text");
    }

    [Fact]
    public void Damaged_Parquet_is_refused()
    {
        var whole = File.ReadAllBytes(WriteParquet("a.parquet", 3, ["a", "b", "c"]));
        var path = _folder.File("b.parquet");
        foreach (var length in (int[])[0, 3, 8, whole.Length / 2, whole.Length - 1])
        {
            File.WriteAllBytes(path, whole[..length]);
            CheckRefused(path, "found a file that cannot be read");
        }
    }

    [Fact]
    public void A_split_of_another_size_is_refused_unless_a_subset_is_allowed()
    {
        WriteParquet("train-00000-of-00001.parquet", 2, ["a", "b", "c"]);

        var subset = OrcaMath.Load(_folder.Root, allowSubset: true);

        Assert.Equal(3, subset.Problems.Count);
        var error = Assert.Throws<DataFormatException>(() => OrcaMath.Load(_folder.Root));
        Assert.Equal($"{subset.Path}: found 3 problems, expected the 200,035 of the published split", error.Message);
    }

    [Fact]
    public void A_missing_file_is_named_with_the_command_that_gets_it()
    {
        var error = Assert.Throws<FileNotFoundException>(() => OrcaMath.Load(_folder.Root));

        Assert.Contains("found none of train-00000-of-00001.parquet, data/train-00000-of-00001.parquet, train.jsonl", error.Message);
        Assert.Contains($"curl -L --create-dirs -o {_folder.File("train-00000-of-00001.parquet")} https://", error.Message);
    }

    [Fact]
    public void Draws_are_NumPys_permutation_of_the_published_number()
    {
        var numbers = Enumerable.Range(0, OrcaMath.PublishedSize).Select(i => new WordProblem($"{i}", ""));
        var drawn = new WordProblemSplit("a", [.. numbers]).Draw(OrcaMath.DrawnSize, seed: 0);

        var golden = Fixtures.Json("data", "random_orders.json").GetProperty("numpy_permutations").EnumerateArray()
            .Single(entry => entry.GetProperty("n").GetInt32() == OrcaMath.PublishedSize && entry.GetProperty("seed").GetInt32() == 0);
        var order = drawn.Select(problem => long.Parse(problem.Question, CultureInfo.InvariantCulture)).ToArray();
        var bytes = MemoryMarshal.AsBytes<long>(order);
        Assert.Equal(
            golden.GetProperty("sha256_int64_first_10000").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Fact]
    public void A_smaller_file_is_drawn_from_by_its_own_length()
    {
        var split = new WordProblemSplit("a.jsonl", Problems);

        Assert.Equal(Problems.ToHashSet(), split.Draw(3, seed: 0).ToHashSet());
        Assert.Contains(
            "a.jsonl: found 3 problems, expected at least the 4",
            Assert.Throws<ArgumentOutOfRangeException>(() => split.Draw(4, 0)).Message);
    }

    [RealDataFact("math", "worked-problems.json")]
    public void Worked_problems_are_read()
    {
        var problems = WordProblemFile.Read(RepositoryPaths.RealData("math", "worked-problems.json")!);

        Assert.Equal(1_038, problems.Count);
        Assert.StartsWith("Mike has 45 dollars", problems[0].Question);
    }

    private string WriteParquet(string name, int rowsPerGroup, string?[] answers) => ParquetFile.WriteTexts(
        _folder, name, rowsPerGroup, ("id", ["1", "2", "3"]), ("question", [.. Problems.Select(problem => problem.Question)]),
        ("answer", answers));

    private static void CheckRefused(string path, string expected) =>
        Assert.StartsWith($"{path}{(expected.StartsWith("found") ? ": " : ", ")}{expected}",
            Assert.Throws<DataFormatException>(() => WordProblemFile.Read(path)).Message);
}
