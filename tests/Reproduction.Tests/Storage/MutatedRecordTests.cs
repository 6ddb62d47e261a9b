using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Reproduction.Reporting;
using Reproduction.Storage;
using SpectralExperiments.Tests;
using Xunit.Abstractions;

namespace Reproduction.Tests.Storage;

/// <summary>Records and summaries after damage: reported by file, or exactly what stands there.</summary>
public sealed class MutatedRecordTests : IDisposable
{
    private const int Suite = 200;
    private const int Many = 10_000;
    private const int RecordSeed = 1610;
    private const int ManifestSeed = 1611;
    private const string Key = "lora-r8.rte.s0";

    private readonly ITestOutputHelper _output;
    private readonly TestFolder _folder = new();
    private readonly byte[] _record;
    private readonly byte[] _summary;
    private readonly byte[] _csv;
    private readonly byte[] _checksum;

    public MutatedRecordTests(ITestOutputHelper output)
    {
        _output = output;
        _folder.Run("--filter", "method=lora,task=rte,seed=0");
        _record = File.ReadAllBytes(_folder.Record(Key));
        _summary = File.ReadAllBytes(Path.Combine(_folder.Profile(), "summary.json"));
        _csv = File.ReadAllBytes(Path.Combine(_folder.Profile(), "results.csv"));
        _checksum = File.ReadAllBytes(Path.Combine(_folder.Profile(), "results.sha256"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mutated_records_are_reported_or_right() => MutatedInputs.Check("records", Suite, RecordSeed, Record, _output.WriteLine);

    [Fact, Trait("Category", "Slow")]
    public void Many_mutated_records_are_reported_or_right() =>
        MutatedInputs.Check("records", Many, RecordSeed, Record, _output.WriteLine);

    [Fact]
    public void Mutated_manifests_are_reported_or_right() =>
        MutatedInputs.Check("manifests", Suite, ManifestSeed, Manifest, _output.WriteLine);

    [Fact, Trait("Category", "Slow")]
    public void Many_mutated_manifests_are_reported_or_right() =>
        MutatedInputs.Check("manifests", Many, ManifestSeed, Manifest, _output.WriteLine);

    private MutatedCase Record(Random random)
    {
        var bytes = Mutate.Json(_record, random);
        var path = _folder.Record(Key);
        File.WriteAllBytes(path, bytes);
        return new MutatedCase(Encoding.UTF8.GetString(bytes), [path], () =>
        {
            var problems = new List<string>();
            var records = new ResultStore(_folder.Results, "Fake", "mini").Load(problems.Add);
            if (problems.Count > 0)
            {
                Assert.Empty(records);
                throw new InvalidDataException(problems.Single());
            }

            var record = records.Single();
            var metrics = record.Metrics.Select(row => (row.Metric, row.Step)).ToList();
            return Same(bytes, RecordJson.Write(record))
                && metrics.Distinct().Count() == metrics.Count
                && record.Metrics.All(row => row is not { N: < 1 } and not { Step: < 0 } && !(row.StandardError < 0))
                && record.Trial.Key == Key
                && record.Predictions.All(one => one.Expected.Count is 0 || one.Expected.Count == one.Predicted.Count);
        });
    }

    // A summary, a checksum beside its results, or the time of an interrupted trial.
    private MutatedCase Manifest(Random random) => random.Next(4) switch
    {
        0 => Checksum(random),
        1 => Elapsed(random),
        _ => Summary(random),
    };

    private MutatedCase Summary(Random random)
    {
        var bytes = Mutate.Json(_summary, random);
        var path = Path.Combine(_folder.Profile(), "summary.json");
        File.WriteAllBytes(path, bytes);
        return new MutatedCase(
            Encoding.UTF8.GetString(bytes), [path], () => Same(bytes, RecordJson.Write(ExperimentSummary.Read(_folder.Profile()))));
    }

    private MutatedCase Checksum(Random random)
    {
        var store = new ResultStore(_folder.Results, "Fake", "mini");
        var isCsv = random.Next(2) == 0;
        var (csv, checksum) = isCsv ? (Mutate.Table(_csv, ',', random), _checksum) : (_csv, Mutate.Bytes(_checksum, random));
        File.WriteAllBytes(store.CsvPath, csv);
        File.WriteAllBytes(store.ChecksumPath, checksum);
        return new MutatedCase(
            "checksum", [store.CsvPath], () => store.ReadCsv().Count == 3 && csv.SequenceEqual(_csv) && checksum.SequenceEqual(_checksum));
    }

    private MutatedCase Elapsed(Random random)
    {
        var bytes = Mutate.Bytes(Encoding.UTF8.GetBytes("12.5 2"), random);
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Root, "checkpoint")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "elapsed.txt"), bytes);
        return new MutatedCase(Encoding.UTF8.GetString(bytes), ["elapsed.txt"], () =>
        {
            // A note that cannot be read loses the time of the part, which is said to be informative only.
            var clock = new Reproduction.Hosting.Execution.TrialClock(TimeProvider.System, folder);
            var parts = Encoding.UTF8.GetString(bytes).Split(' ');
            var isNote = parts.Length == 2 && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var before)
                && double.IsFinite(before) && before >= 0 && parts[1].Length > 0 && parts[1].Trim('\0').All(char.IsAsciiDigit)
                && int.TryParse(parts[1], CultureInfo.InvariantCulture, out _);
            return double.IsFinite(clock.Seconds) && clock.Seconds >= 0 && clock.Resumed >= 0
                && (!isNote || clock.Resumed == int.Parse(parts[1], CultureInfo.InvariantCulture));
        });
    }

    // Written again, a file that was read whole has the same keys and values.
    private static bool Same(byte[] bytes, string written) => Equal(JsonNode.Parse(bytes), JsonNode.Parse(written));

    private static bool Equal(JsonNode? a, JsonNode? b) => (a, b) switch
    {
        (null, null) => true,
        (JsonObject x, JsonObject y) => x.Count == y.Count && x.All(entry => y.ContainsKey(entry.Key) && Equal(entry.Value, y[entry.Key])),
        (JsonArray x, JsonArray y) => x.Count == y.Count && x.Zip(y).All(pair => Equal(pair.First, pair.Second)),
        (JsonValue x, JsonValue y) => x.ToJsonString() == y.ToJsonString()
            || (Number(x) is { } first && Number(y) is { } second && first == second)
            || (DateTimeOffset.TryParse(x.ToString(), CultureInfo.InvariantCulture, out var one)
                && DateTimeOffset.TryParse(y.ToString(), CultureInfo.InvariantCulture, out var other) && one == other)
            // The names of enumerations may be written in another case.
            || x.ToString().Equals(y.ToString(), IsEnumeration(y) ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal),
        _ => false,
    };

    private static bool IsEnumeration(JsonValue value) => value.GetPath().Split('.')[^1] is "score" or "kind" or "verdict";

    private static double? Number(JsonValue value) => value.GetValueKind() == System.Text.Json.JsonValueKind.Number
        ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture)
        : null;
}
