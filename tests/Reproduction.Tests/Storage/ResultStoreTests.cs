using System.Text.Json;
using Reproduction.Storage;

namespace Reproduction.Tests.Storage;

public sealed class ResultStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("store-").FullName;

    private static readonly Trial Trial = new("lora", "rte", 8, 0) 
    {
        Config = JsonElement.Parse("""{ "learning_rate": 0.1, "adapter": { "target_modules": ["query", "key"], "bias": null } }"""),
        Inputs = new Dictionary<string, string> { ["data_sha256"] = "ab" },
        PublishedRank = 24,
        Variant = "learning_rate=0.1",
    };

    private static readonly TrialRecord Record = new()
    {
        Format = TrialRecord.CurrentFormat,
        Experiment = "Fake",
        Profile = "mini",
        Trial = Trial,
        Error = null,
        Metrics = [new MetricRow("accuracy", 1.0 / 3, "%", 100, 277, 2.5), new MetricRow("loss", double.PositiveInfinity)],
        Predictions = [new Predictions("accuracy", PredictionScore.Mean, [0, 1.5, double.NaN], [0, 1, double.NegativeInfinity])],
        Pictures = ["vase"],
        Outputs = ["adapter"],
        Manifest = new RunManifest
        {
            Started = DateTimeOffset.UnixEpoch,
            WallSeconds = 1.5,
            Resumed = 2,
            PeakMemoryBytes = 1L << 40,
            Device = "cpu",
            Machine = "a machine",
            CodeVersion = "1.0+abc",
            Libraries = new Dictionary<string, string> { ["A"] = "1" },
            CommandLine = ["--set", "a=\"ü\""],
            Facts = new Dictionary<string, string> { ["data_sha256"] = "00" },
        },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ResultStore Open()
    {
        var store = new ResultStore(_folder, "Fake", "mini");
        store.Open().Dispose();
        return store;
    }

    [Fact]
    public void A_record_comes_back_as_it_was_saved()
    {
        var store = Open();
        store.Save(Record);

        var found = store.Find(Trial)!;

        Assert.Empty(found.Trial.DifferencesFrom(Trial));
        Assert.Empty(Trial.DifferencesFrom(found.Trial));
        // JSON values have no equality of their own.
        var config = JsonElement.Parse("{}");
        Assert.Equivalent(
            Record with { Trial = Trial with { Config = config } },
            found with { Trial = found.Trial with { Config = config } }, strict: true);
        Assert.Equal(Trial.Fingerprint, found.Trial.Fingerprint);
        Assert.Equal(Record.Rows(), found.Rows());
        Assert.DoesNotContain('\r', File.ReadAllText(store.RecordPath(Trial)));
        Assert.Contains("\"predicted\": [0,1.5,\"NaN\"]", File.ReadAllText(store.RecordPath(Trial)));
    }

    [Fact]
    public void A_record_cut_anywhere_is_reported_and_not_used()
    {
        var store = Open();
        store.Save(Record);
        var text = File.ReadAllText(store.RecordPath(Trial)).TrimEnd();
        for (var cut = 0; cut < text.Length; cut += 7)
        {
            File.WriteAllText(store.RecordPath(Trial), text[..cut]);
            var reports = new List<string>();

            Assert.Empty(store.Load(reports.Add));
            Assert.StartsWith($"{store.RecordPath(Trial)}: cannot be read", Assert.Single(reports));
            Assert.Null(store.Find(Trial));
        }
    }

    [Fact]
    public void A_record_of_another_format_or_experiment_is_reported()
    {
        var store = Open();
        foreach (var (record, expected) in new[]
        {
            (Record with { Format = 1 }, "found format 1, expected 2"),
            (Record with { Profile = "paper" }, "found a record of Fake/paper, expected Fake/mini"),
            (Record with { Experiment = "Other" }, "found a record of Other/mini, expected Fake/mini"),
        })
        {
            store.Save(record);
            var reports = new List<string>();

            Assert.Empty(store.Load(reports.Add));
            Assert.Contains(expected, Assert.Single(reports));
        }
    }

    [Fact]
    public void Values_of_another_profile_are_refused()
    {
        var store = Open();
        File.WriteAllText(store.CsvPath, ResultsCsv.Format(Record.Rows().Select(row => row with { Profile = "mini-data" })));

        var message = Assert.Throws<UserErrorException>(() => store.ReadCsv()).Message;

        Assert.Contains($"{store.CsvPath}, line 2: found profile \"mini-data\", expected \"mini\"", message);
    }

    [Fact]
    public void Keys_are_stable_and_file_names()
    {
        Assert.Equal("lora-r8.learning_rate_0_1.rte.s0", Trial.Key);
        Assert.Equal("lora-r8.rte.s0", (Trial with { Variant = "" }).Key);
        Assert.Equal("full.a_b_c.s3", new Trial("full", "a/b c", null, 3).Key);
        Assert.Matches("^[0-9a-f]{16}$", Trial.Fingerprint);
        Assert.NotEqual(Trial.Fingerprint, (Trial with { Config = JsonElement.Parse("{}") }).Fingerprint);
        Assert.NotEqual(Trial.Fingerprint, (Trial with { Inputs = new Dictionary<string, string>() }).Fingerprint);
    }

    [Fact]
    public void Differences_name_each_value_by_its_path_and_skip_what_is_unavailable()
    {
        var planned = Trial with
        {
            Config = JsonElement.Parse("""{ "adapter": { "target_modules": [ "query" ], "bias": "all" }, "steps": 3 }"""),
            Inputs = new Dictionary<string, string> { ["data_sha256"] = Trial.Unavailable },
        };

        Assert.Equal(
            [
                "adapter.bias was absent, is all",
                "adapter.target_modules was [\"query\",\"key\"], is [\"query\"]",
                "learning_rate was 0.1, is absent",
                "steps was absent, is 3",
            ],
            Trial.DifferencesFrom(planned));
        Assert.Equal(
            ["data_sha256 was ab, is cd"],
            Trial.DifferencesFrom(Trial with { Inputs = new Dictionary<string, string> { ["data_sha256"] = "cd" } }));
    }
}
