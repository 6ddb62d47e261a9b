using System.Text;
using Xunit.Sdk;

namespace SpectralExperiments.Tests;

/// <summary>That the runs over mutated inputs fail where a reader does.</summary>
public sealed class MutatedInputsTests
{
    public static TheoryData<string, Func<bool>> Faults { get; } = new()
    {
        { "read, with another result", () => false },
        { "NullReferenceException", () => throw new NullReferenceException() },
        { "InvalidDataException: a value is missing", () => throw new InvalidDataException("a value is missing") },
        { "FormatException: file.txt", () => throw new FormatException("file.txt is no number") },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Anything_but_a_named_error_or_the_right_result_is_a_fault(string expected, Func<bool> read)
    {
        var error = Assert.ThrowsAny<XunitException>(() => MutatedInputs.Check("made up", 3, 7, Case(read), _ => { }));

        Assert.Contains("seed 7: 0 named errors, 0 right results, 3 anything else", error.Message);
        Assert.Contains($"made up 9 (nothing): {expected}", error.Message);
    }

    [Fact]
    public void Named_errors_and_right_results_are_counted()
    {
        var counts = MutatedInputs.Check(
            "made up", 20, 1, random => new MutatedCase("", ["file.txt"], random.Next(2) == 0 ? () => true : Refuse), _ => { });

        Assert.Equal(20, counts.NamedErrors + counts.Right);
        Assert.InRange(counts.Right, 1, 19);

        static bool Refuse() => throw new InvalidDataException("file.txt: found 1, expected 2");
    }

    [Fact]
    public void The_same_seed_gives_the_same_mutations_and_others_differ()
    {
        var json = Encoding.UTF8.GetBytes("""{"a": [1, 2, {"b": "c"}], "d": null}""");
        var table = Encoding.UTF8.GetBytes("a\tb\n1\t2\n3\t4\n");

        var texts = Enumerable.Range(0, 300).Select(seed => (
            Convert.ToHexString(Mutate.Bytes(json, new Random(seed))),
            Convert.ToHexString(Mutate.Json(json, new Random(seed))),
            Convert.ToHexString(Mutate.Table(table, '\t', new Random(seed))),
            string.Join('|', Mutate.Words(["run", "--jobs", "2"], new Random(seed))))).ToList();

        Assert.Equal(texts[3].Item2, Convert.ToHexString(Mutate.Json(json, new Random(3))));
        Assert.True(texts.Select(text => text.Item1).Distinct().Count() > 200);
        Assert.True(texts.Select(text => text.Item2).Distinct().Count() > 200);
        Assert.True(texts.Select(text => text.Item3).Distinct().Count() > 200);
        Assert.True(texts.Select(text => text.Item4).Distinct().Count() > 200);
    }

    private static Func<Random, MutatedCase> Case(Func<bool> read) => _ => new MutatedCase("nothing", ["file.txt"], read);
}
