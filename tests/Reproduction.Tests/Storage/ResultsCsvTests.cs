using FsCheck;
using FsCheck.Fluent;
using Reproduction.Storage;

namespace Reproduction.Tests.Storage;

public sealed class ResultsCsvTests : IDisposable
{
    private static readonly Config Repeatable = Config.QuickThrowOnFailure.WithReplay(1, 3);

    // The characters that a CSV file has to quote, and some that it must leave alone.
    private static readonly Gen<string> Text =
        Gen.Elements('a', 'Z', '0', ',', '"', '\n', ' ', ';', '=', 'é', '±').NonEmptyListOf().Select(
            characters => string.Concat(characters));

    private static readonly Gen<double> Number = Gen.OneOf(
        Gen.Choose(int.MinValue, int.MaxValue).Select(bits => BitConverter.Int64BitsToDouble(((long)bits << 31) ^ (bits * 7919L))),
        Gen.Elements(0, -0.0, 0.1, 1.0 / 3, double.Epsilon, double.MaxValue, double.NaN, double.PositiveInfinity));

    private static readonly Gen<ResultRow> Row =
        from method in Text
        from task in Text
        from metric in Text
        from unit in Text
        from rank in Gen.Choose(0, 64)
        from seed in Gen.Choose(0, 4)
        from step in Gen.Choose(-1, 2000)
        from value in Number
        from error in Number.Where(number => double.IsFinite(number) && number >= 0)
        from variant in Gen.Elements("", "learning_rate=0.1")
        from published in Gen.Choose(0, 64)
        select new ResultRow(
            "Fake", "mini", method, rank < 1 ? null : rank, task, seed, step < 0 ? null : step, metric, value,
            step < 0 ? null : 277, seed < 1 ? null : error, unit)
        {
            Variant = variant,
            PublishedRank = published < 1 ? null : published,
        };

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Reading_gives_back_what_was_written() => Prop.ForAll(Row.ArrayOf().ToArbitrary(), all =>
    {
        var rows = all.DistinctBy(row => (row.Method, row.Variant, row.Rank, row.Task, row.Seed)).ToArray();
        File.WriteAllText(_path, ResultsCsv.Format(rows));
        Assert.Equal(rows.ToHashSet(), ResultsCsv.Read(_path).ToHashSet());
    }).Check(Repeatable);

    [Fact]
    public void The_bytes_do_not_depend_on_the_order_of_the_rows() => Prop.ForAll(Row.ArrayOf().ToArbitrary(), rows =>
    {
        var different = rows.DistinctBy(row => (row.Method, row.Variant, row.Rank, row.Task, row.Seed, row.Step, row.Metric)).ToArray();
        Assert.Equal(ResultsCsv.Format(different), ResultsCsv.Format(different.Reverse()));
    }).Check(Repeatable);

    [Fact]
    public void Lines_end_with_a_line_feed_alone() =>
        Assert.Equal(
            "experiment,profile,method,variant,rank,published_rank,task,seed,step,metric,value,n,stderr,unit\n", ResultsCsv.Format([]));

    [Fact]
    public void A_value_that_is_there_twice_is_refused()
    {
        var row = new ResultRow("Fake", "mini", "lora", 8, "rte", 0, null, "accuracy", 80.5, 277, 2.4, "%");
        File.WriteAllText(_path, ResultsCsv.Format([row, row with { Step = 1 }, row with { Value = 70 }]));

        Assert.Contains(
            $"{_path}, line 3: found accuracy of lora-r8.rte.s0 again (first in line 2)",
            Assert.Throws<UserErrorException>(() => ResultsCsv.Read(_path)).Message);
    }

    [Fact]
    public void A_file_cut_anywhere_but_in_its_last_field_is_named_with_its_line()
    {
        var row = new ResultRow("Fake", "mini", "lora", 8, "rte", 0, null, "accuracy", 80.5, 277, 2.4, "%");
        var text = ResultsCsv.Format([row, row with { Seed = 1 }]);
        var header = text.IndexOf('\n') + 1;
        var second = text.IndexOf('\n', header) + 1;
        foreach (var cut in Enumerable.Range(second + 1, text.Length - second - 4))
        {
            File.WriteAllText(_path, text[..cut]);
            Assert.Contains($"{_path}, line 3:", Assert.Throws<UserErrorException>(() => ResultsCsv.Read(_path)).Message);
        }
    }
}
