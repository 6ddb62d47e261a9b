using System.Globalization;
using System.Text;
using Experiments.Shared;
using Reproduction;
using Reproduction.Storage;
using Xunit.Abstractions;

namespace SpectralExperiments.Tests;

/// <summary>The results of a sweep after damage: a named error, or the rate that an independent reading of the file chooses.</summary>
public sealed class MutatedSweepTests(ITestOutputHelper output) : IDisposable
{
    private const int Suite = 200;
    private const int Many = 10_000;
    private const int Seed = 1630;

    private static readonly double[] Grid = [0.01, 0.1, 1];

    private static readonly byte[] Results = Encoding.UTF8.GetBytes(ResultsCsv.Format(
        from rate in (double[])[0.01, 0.1, 1]
        from metric in ((string, double)[])[("accuracy", 50 + rate), ("evaluation_loss", Math.Abs(rate - 0.2)), ("kept_step", 40)]
        select new ResultRow("Fake", "mini-sweep", "lora", 8, "rte", 0, null, metric.Item1, metric.Item2, null, null, "")
        {
            Variant = LearningRateSweep.Variant(rate),
        }));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mutated_sweeps_are_named_errors_or_choose_right() =>
        MutatedInputs.Check("sweep-choices", Suite, Seed, Case, output.WriteLine);

    [Fact, Trait("Category", "Slow")]
    public void Many_mutated_sweeps_are_named_errors_or_choose_right() =>
        MutatedInputs.Check("sweep-choices", Many, Seed, Case, output.WriteLine);

    private MutatedCase Case(Random random)
    {
        var bytes = Mutate.Table(Results, ',', random);
        var path = _folder.File("reference", "Fake", "mini-sweep", "results.csv");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return new MutatedCase(Encoding.UTF8.GetString(bytes), [path, "mini-sweep"], () =>
        {
            var sweep = new LearningRateSweep(
                LearningRateSweep.ProfileOf("mini"), Grid, _ => "accuracy",
                new StoredResults(_folder.File("own"), _folder.File("reference"), "Fake"));
            var (rate, choice) = sweep.Choose("lora", "rte");
            return rate == Best(bytes) && Grid.All(choice.Rates.Contains) && choice.Steps > 0;
        });
    }

    // Lines without quotes only, which are nearly all.
    private static double Best(byte[] bytes)
    {
        using var reader = new StreamReader(new MemoryStream(bytes));
        var losses = new List<(double Rate, double Loss)>();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(',').Select(field => field.Trim('"')).ToList();
            if (fields is ["Fake", "mini-sweep", "lora", var variant, _, _, "rte", _, "", "evaluation_loss", var loss, ..]
                && variant.StartsWith("learning_rate=", StringComparison.Ordinal))
            {
                losses.Add((
                    double.Parse(variant["learning_rate=".Length..], CultureInfo.InvariantCulture),
                    double.Parse(loss, CultureInfo.InvariantCulture)));
            }
        }

        return losses.Where(entry => double.IsFinite(entry.Loss)).GroupBy(entry => entry.Rate)
            .OrderBy(group => group.Average(entry => entry.Loss)).First().Key;
    }
}
