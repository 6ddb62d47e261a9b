namespace SpectralExperiments.Tests;

/// <summary>A folder with an RTE of a few made-up pairs in the published layout; it goes with the test.</summary>
internal sealed class TinyGlue : IDisposable
{
    private const int TrainRows = 24;
    private const int DevelopmentRows = 10;

    private readonly string _root = Directory.CreateTempSubdirectory("glue-tests-").FullName;

    public TinyGlue()
    {
        Directory.CreateDirectory(Path.Combine(Data, "RTE"));
        WriteSplit("train.tsv", TrainRows);
        WriteSplit("dev.tsv", DevelopmentRows);
    }

    public string Data => Path.Combine(_root, "glue");

    public string Results => Path.Combine(_root, "results");

    public string TrainFile => Path.Combine(Data, "RTE", "train.tsv");

    public string ResultsCsv => Path.Combine(Results, "DebertaGlue", "mini-data", "results.csv");

    /// <summary>The arguments of a run of two steps.</summary>
    public string[] Arguments(string filter) =>
        ["--data", Data, "--results", Results, "--filter", filter, "--set", "max_steps=2"];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void WriteSplit(string file, int rows)
    {
        string[] subjects = ["labour", "stock", "trade", "corn", "land"];
        var lines = Enumerable.Range(0, rows).Select(row =>
            $"{row}\tThe {subjects[row % 5]} of the nation grows every year.\tThe {subjects[row % 3]} "
            + $"grows.\t{(row % 5 == row % 3 ? "entailment" : "not_entailment")}");
        File.WriteAllLines(Path.Combine(Data, "RTE", file), lines.Prepend("index\tsentence1\tsentence2\tlabel"));
    }
}
