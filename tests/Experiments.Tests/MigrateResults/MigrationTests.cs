using System.Text.Json;
using MigrateResults;
using Reproduction;
using Reproduction.Storage;

namespace SpectralExperiments.Tests;

/// <summary>Results that older versions left are moved whole: every record, every value.</summary>
public sealed class MigrationTests : IDisposable
{
    private static readonly string Old = RepositoryPaths.Fixture("results-format-1");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_record_is_moved_and_fits_the_trial_that_this_version_plans_but_for_the_scale()
    {
        Migrate(Old);

        foreach (var (profile, from, settings) in ((string, string, string[])[])
        [
            ("mini", "mini", ["max_steps=3", "adalora_allocation=true"]),
            ("mini-sweep", "mini-tuning", ["max_steps=1"]),
        ])
        {
            var problems = new List<string>();
            var records = new ResultStore(_folder.Root, "DebertaGlue", profile).Load(problems.Add);
            var planned = GlueOptions.Experiment.Trials(GlueOptions.Of(profile, settings)).ToDictionary(entry => entry.Trial.Key);

            Assert.Empty(problems);
            Assert.Equal(Directory.GetFiles(Path.Combine(Old, "DebertaGlue", from, "runs"), "*.json").Length, records.Count);
            foreach (var record in records)
            {
                var (trial, spec) = planned[record.Trial.Key];
                var expected = trial with { Config = RecordJson.Element(spec), Inputs = record.Trial.Inputs };
                // The older version had the published alpha at the smaller rank too.
                var isScaled = record.Trial.Method is "lora" or "dora" or "adalora";
                Assert.Equal(isScaled ? ["adapter.alpha was 32, is 8"] : [], record.Trial.DifferencesFrom(expected));
                Assert.Equal(isScaled ? ["adapter.alpha was 8, is 32"] : [], expected.DifferencesFrom(record.Trial));
                Assert.Equal((trial.PublishedRank, trial.Variant), (record.Trial.PublishedRank, record.Trial.Variant));
                Assert.Equal(GlueOptions.Experiment.DescribeInputs(spec, GlueOptions.Of(profile)), record.Trial.Inputs);
            }
        }
    }

    [Fact]
    public void Every_value_is_moved_under_its_new_name()
    {
        Migrate(Old);

        // By what no migration changes: task, seed, step and value itself.
        var old = File.ReadLines(Path.Combine(Old, "DebertaGlue", "mini", "results.csv")).Skip(1).Select(line => line.Split(','))
            .Select(fields => string.Join(' ', fields[2], fields[4], fields[5], fields[6], fields[8])).Order().ToList();
        var rows = ResultsCsv.Read(new ResultStore(_folder.Root, "DebertaGlue", "mini").CsvPath);
        Assert.Equal(
            old, rows.Select(row => FormattableString.Invariant($"{row.Method} {row.Task} {row.Seed} {row.Step} {row.Value:R}")).Order());
        Assert.Equal(6, rows.Count(row => row.Metric == "examples_per_second"));
        Assert.Equal(6, rows.Count(row => row.Metric == "trainable_parameters_total"));
        Assert.DoesNotContain(rows, row => row.Metric is "rows_per_second" or "trainable_parameters");
        Assert.All(rows.Where(row => row.Method == "lora"), row => Assert.Equal((6, 24), (row.Rank, row.PublishedRank)));
    }

    [Fact]
    public void Values_of_records_are_those_of_the_old_ones()
    {
        Migrate(Old);

        foreach (var path in Directory.GetFiles(Path.Combine(Old, "DebertaGlue"), "*.json", SearchOption.AllDirectories))
        {
            using var old = JsonDocument.Parse(File.ReadAllText(path));
            var (json, _) = OldRecord.Read(path);
            var moved = RecordJson.Read<TrialRecord>(json);

            Assert.Equal(
                old.RootElement.GetProperty("metrics").EnumerateArray().Select(metric => metric.GetProperty("value").GetDouble()),
                moved.Metrics.Select(metric => metric.Value));
            Assert.Equal(277, moved.Predictions.Single().Expected.Count);
            Assert.Equal(PredictionScore.Accuracy, moved.Predictions.Single().Score);
            Assert.Equal(old.RootElement.GetProperty("manifest").GetProperty("wall_seconds").GetDouble(), moved.Manifest.WallSeconds);
        }
    }

    [Theory]
    [InlineData("{\"format\": 2}", "found format 2, expected 1")]
    [InlineData("{\"form", "not a record of format 1")]
    [InlineData("{\"format\": 1}", "not a record of format 1")]
    [InlineData(
        """
        {"format": 1, "profile": "mini", "trial": {"method": "lora", "task": "rte", "rank": 6, "seed": 0, "config": {}}}
        """,
        "not a record of format 1")]
    public void A_record_of_another_format_or_a_broken_one_is_refused(string content, string expected)
    {
        var path = _folder.Write("old/DebertaGlue/mini/runs/lora-r6.rte.s0.json", content);

        var message = Assert.Throws<UserErrorException>(() => Migrate(Path.Combine(_folder.Root, "old"))).Message;

        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_old_results_stay_and_a_folder_without_any_is_refused()
    {
        var before = Directory.GetFiles(Old, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllText);
        Migrate(Old);

        Assert.All(before, entry => Assert.Equal(entry.Value, File.ReadAllText(entry.Key)));
        Assert.Throws<UserErrorException>(() => Migrate(Path.Combine(_folder.Root, "nowhere")));
    }

    [Fact]
    public void Other_results_in_the_target_are_not_overwritten()
    {
        Migrate(Old);
        Migrate(Old);
        _folder.Write("DebertaGlue/mini/runs/lora-r6.rte.s0.json", "newer");

        Assert.Contains("found other results already", Assert.Throws<UserErrorException>(() => Migrate(Old)).Message);
        Assert.Contains("the same folder twice", Assert.Throws<UserErrorException>(() => Migrate(_folder.Root)).Message);
    }

    private void Migrate(string from) => new Migration(from, _folder.Root, TextWriter.Null).Run();
}
