using System.Globalization;
using System.Text;
using Reproduction.Claims;
using Reproduction.Published;
using Reproduction.Storage;
using SpectralExperiments.Tests;
using Xunit.Abstractions;

namespace Reproduction.Tests.Storage;

/// <summary>results.csv and data/published after damage: an error that names the file, or what an independent reading finds.</summary>
public sealed class MutatedCsvTests(ITestOutputHelper output) : IDisposable
{
    private const int Suite = 200;
    private const int Many = 10_000;
    private const int ResultsSeed = 1600;
    private const int PublishedSeed = 1601;

    private readonly TemporaryFolder _folder = new();

    private static readonly byte[] Results = Encoding.UTF8.GetBytes(ResultsCsv.Format(
        from method in (string[])["lora", "spectral-a"]
        from seed in Enumerable.Range(0, 3)
        from step in (int?[])[null, 1, 20]
        select new ResultRow(
            "Fake", "mini", method, 6, "rte", seed, step, step is null ? "accuracy" : "training_loss", 50 + (seed / 3.0), 277,
            step is null ? 2.5 : null, "%")
        {
            PublishedRank = 24,
        }));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mutated_results_are_named_errors_or_right() =>
        MutatedInputs.Check("results-csv", Suite, ResultsSeed, MutatedResults, output.WriteLine);

    [Fact, Trait("Category", "Slow")]
    public void Many_mutated_results_are_named_errors_or_right() =>
        MutatedInputs.Check("results-csv", Many, ResultsSeed, MutatedResults, output.WriteLine);

    [Fact]
    public void Mutated_published_values_are_named_errors_or_right() =>
        MutatedInputs.Check("published-csv", Suite, PublishedSeed, MutatedPublished, output.WriteLine);

    [Fact, Trait("Category", "Slow")]
    public void Many_mutated_published_values_are_named_errors_or_right() =>
        MutatedInputs.Check("published-csv", Many, PublishedSeed, MutatedPublished, output.WriteLine);

    private MutatedCase MutatedResults(Random random)
    {
        var bytes = Mutate.Table(Results, ',', random);
        var store = new ResultStore(_folder.Root, "Fake", "mini");
        Directory.CreateDirectory(store.Folder);
        File.WriteAllBytes(store.CsvPath, bytes);
        return new MutatedCase(Encoding.UTF8.GetString(bytes), [store.CsvPath], () =>
        {
            var rows = store.ReadCsv();

            // Every field as it stands; each trial, metric and step once; values that can be.
            return Same(bytes, rows.Select(row => (string?[])
                [
                    row.Experiment, row.Profile, row.Method, row.Variant, Whole(row.Rank), Whole(row.PublishedRank), row.Task,
                    Whole(row.Seed), Whole(row.Step), row.Metric, Number(row.Value), Whole(row.N), Number(row.StandardError), row.Unit,
                ]))
                && rows.All(row => row is { Experiment: "Fake", Profile: "mini", Seed: >= 0 } and not { Rank: < 1 } and not { N: < 1 }
                    and not { Step: < 0 } && !(row.StandardError < 0 || row.StandardError is { } error && !double.IsFinite(error)))
                && rows.Count == rows.DistinctBy(
                    row => (row.Method, row.Variant, row.Rank, row.Task, row.Seed, row.Step, row.Metric)).Count();
        });
    }

    private MutatedCase MutatedPublished(Random random)
    {
        var isClaims = random.Next(4) == 0;
        var name = isClaims ? ClaimTable.FileName : random.Next(2) == 0 ? "table1.csv" : "figure6.csv";
        var bytes = Mutate.Table(File.ReadAllBytes(Path.Combine(RepositoryPaths.Root, "data", "published", name)), ',', random);
        var path = _folder.File(name);
        File.WriteAllBytes(path, bytes);
        return new MutatedCase(name, [path], () => isClaims
            ? Same(bytes, ClaimTable.Read(path).Select(rule => (string?[])
            [
                rule.Id, rule.Experiment, rule.Text, rule.Source, rule.Subject.Name + Rank(rule.Subject.Rank), rule.Relation,
                string.Join(';', rule.Rivals.Select(rival => rival.Name + Rank(rival.Rank))), string.Join(';', rule.Metrics),
                string.Join(';', rule.Tasks), null, null,
            ]))
            : Same(bytes, PublishedTable.Read(path).Select(value => (string?[])
            [
                value.Artefact, value.Method, Whole(value.Rank), value.Task, Whole(value.Step), value.Metric, Number(value.Value),
                Number(value.StandardError), Number(value.ReadingError), value.Unit, value.Source, value.Confidence,
            ])));
    }

    // Numbers by their value; null where the reading has another form.
    private static bool Same(byte[] bytes, IEnumerable<string?[]> rows)
    {
        if (CsvLines.Read(bytes) is not { } lines)
        {
            return false;
        }

        var expected = lines.Where(line => line is not [""]).Skip(1).ToList();
        var found = rows.ToList();
        return expected.Count == found.Count && expected.Zip(found).All(pair => pair.First.Length == pair.Second.Length
            && pair.First.Zip(pair.Second).All(cell => cell.Second is null || cell.First == cell.Second
                || (double.TryParse(cell.First, CultureInfo.InvariantCulture, out var number) && Number(number) == cell.Second)));
    }

    private static string Rank(int? rank) => rank is null ? "" : $":{rank}";

    private static string Whole(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
