using System.Globalization;
using Reproduction;
using Reproduction.Storage;
using Training.Data;

namespace DebertaGlue;

/// <summary>
/// The learning rates of the small model: for every method and task the best of one grid, as the tuning profile measured
/// it with rows and a seed of its own. Every method had the same grid and the same steps.
/// </summary>
internal sealed class TunedLearningRates
{
    /// <summary>The profile that measures the grid.</summary>
    public const string TuningProfile = "mini-tuning";

    private const char Separator = '@';

    private readonly string source;
    private readonly Dictionary<(string Method, string Task), double> best;

    private TunedLearningRates(string source, IEnumerable<ResultRow> rows) => (this.source, best) = (source, Best(rows));

    /// <summary>The rates that every method is tried with, on every task.</summary>
    public static IReadOnlyList<double> Grid { get; } = [3e-4, 1e-3, 3e-3];

    /// <summary>What the committed results of the tuning profile say.</summary>
    /// <exception cref="UserErrorException">There are none, or they are broken.</exception>
    public static TunedLearningRates Load()
    {
        var store = new ResultStore(Path.Combine(RepositoryFolder.Find(), "results"), nameof(DebertaGlue), TuningProfile);
        return File.Exists(store.CsvPath)
            ? new TunedLearningRates(store.CsvPath, ResultsCsv.Read(store.CsvPath))
            : throw new UserErrorException($"{store.CsvPath}: found no such file, expected the results of the tuning: run --profile {TuningProfile}, or name a rate with --set learning_rate=...");
    }

    /// <summary>The name of a method at a rate of the grid, in the results of the tuning.</summary>
    public static string Variant(string method, double learningRate) => string.Create(CultureInfo.InvariantCulture, $"{method}{Separator}{learningRate}");

    /// <summary>A method's name, and the rate if the name holds one.</summary>
    public static (string Method, double? LearningRate) Parse(string name) => name.Split(Separator) is [var method, var rate]
        ? (method, double.Parse(rate, CultureInfo.InvariantCulture))
        : (name, null);

    /// <summary>The best rate.</summary>
    /// <exception cref="UserErrorException">The tuning has not run for this method and task.</exception>
    public double Of(string method, string task) => best.TryGetValue((method, task), out var rate)
        ? rate
        : throw new UserErrorException($"{source}: found no result of {method} on {task}, expected one for every rate of the grid: run --profile {TuningProfile}");

    // By the score of Table 1; where two rates come to the same, as they do at a majority vote, by the loss.
    private static Dictionary<(string Method, string Task), double> Best(IEnumerable<ResultRow> rows)
    {
        var scores = GlueTask.All.ToDictionary(task => task.Name, task => GlueOutcome.PublishedName(task.ReportedMetric));
        return rows
            .Where(row => row.Step is null && scores.ContainsKey(row.Task))
            .GroupBy(row => (row.Method, row.Task))
            .Select(group => (
                Name: Parse(group.Key.Method),
                group.Key.Task,
                Score: Mean(group, scores[group.Key.Task]),
                Loss: Mean(group, "evaluation_loss")))
            .GroupBy(entry => (entry.Name.Method, entry.Task))
            .ToDictionary(group => group.Key, group => group.OrderByDescending(entry => entry.Score).ThenBy(entry => entry.Loss).First().Name.LearningRate!.Value);
    }

    private static double Mean(IEnumerable<ResultRow> rows, string metric) => rows.Where(row => row.Metric == metric).Average(row => row.Value);
}
