using System.Globalization;
using Reproduction;
using Reproduction.Storage;
using Tasks.Glue;

namespace DebertaGlue;

/// <summary>
/// The learning rates of the small model: for every method and task the one of a grid with the lowest evaluation loss (the
/// criterion by which the authors keep checkpoints), as the tuning profile measured it with rows and a seed of its own.
/// Every method had the same grid and the same steps.
/// </summary>
internal sealed class TunedLearningRates
{
    /// <summary>The profile that measures the grid.</summary>
    public const string TuningProfile = "mini-tuning";

    private const char Separator = '@';

    private readonly string source;
    private readonly Dictionary<(string Method, string Task), List<Candidate>> candidates;
    private readonly Dictionary<string, double> steps;

    private TunedLearningRates(string source, IReadOnlyList<ResultRow> rows)
    {
        this.source = source;
        candidates = Candidates(rows);
        steps = rows.Where(row => row.Metric == "kept_step")
            .GroupBy(row => row.Task)
            .ToDictionary(group => group.Key, group => One(group.Select(row => row.Value), $"number of steps on {group.Key}"));
        Seeds = string.Join(' ', rows.Select(row => row.Seed).Distinct().Order());
    }

    /// <summary>The rates that every method is tried with, on every task.</summary>
    public static IReadOnlyList<double> Grid { get; } = [1e-4, 5e-4, 2.5e-3, 1e-2];

    /// <summary>The rates of <see cref="Grid"/>, as a text.</summary>
    public static string GridText(string separator) => string.Join(separator, Grid.Select(rate => rate.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The seeds of the tuning.</summary>
    public string Seeds { get; }

    /// <summary>Optimiser steps of every trial of the tuning on a task.</summary>
    public double StepsOf(string task) => steps[task];

    /// <summary>What the committed results of the tuning profile say.</summary>
    /// <exception cref="UserErrorException">There are none, or they are broken.</exception>
    public static TunedLearningRates Load()
    {
        var store = new ResultStore(Path.Combine(RepositoryFolder.Find(), "results"), nameof(DebertaGlue), TuningProfile);
        return File.Exists(store.CsvPath)
            ? Read(store.CsvPath)
            : throw new UserErrorException($"{store.CsvPath}: found no such file, expected the results of the tuning: run --profile {TuningProfile}, or name a rate with --set learning_rate=...");
    }

    /// <summary>Reads the results of a tuning.</summary>
    /// <exception cref="UserErrorException">They are broken, or their trials had different numbers of steps.</exception>
    public static TunedLearningRates Read(string path) => new(path, ResultsCsv.Read(path));

    /// <summary>The name of a method at a rate of the grid, in the results of the tuning.</summary>
    public static string Variant(string method, double learningRate) => string.Create(CultureInfo.InvariantCulture, $"{method}{Separator}{learningRate}");

    /// <summary>A method's name, and the rate if the name holds one.</summary>
    public static (string Method, double? LearningRate) Parse(string name) => name.Split(Separator) is [var method, var rate]
        ? (method, double.Parse(rate, CultureInfo.InvariantCulture))
        : (name, null);

    /// <summary>The rate of the lowest evaluation loss; among equal ones that of the higher score of Table 1.</summary>
    /// <exception cref="UserErrorException">The tuning has not run for this method and task at every rate of the grid, or diverged at all of them.</exception>
    public double Of(string method, string task)
    {
        if (!candidates.TryGetValue((method, task), out var found) || !Grid.All(rate => found.Exists(candidate => candidate.LearningRate == rate)))
        {
            throw new UserErrorException($"{source}: found no result of {method} on {task}, expected one for every rate of the grid: run --profile {TuningProfile}");
        }

        return found.Where(candidate => Grid.Contains(candidate.LearningRate) && double.IsFinite(candidate.Loss))
            .OrderBy(candidate => candidate.Loss)
            .ThenByDescending(candidate => candidate.Score)
            .FirstOrDefault()?.LearningRate
            ?? throw new UserErrorException($"{source}: found that {method} diverged on {task} at every rate of the grid, expected one that trains: name one with --set learning_rate=...");
    }

    private Dictionary<(string Method, string Task), List<Candidate>> Candidates(IReadOnlyList<ResultRow> rows)
    {
        var scores = GlueTask.All.ToDictionary(task => task.Name, task => GlueOutcome.PublishedName(task.ReportedMetric));
        return rows
            .Where(row => row.Step is null && scores.ContainsKey(row.Task))
            .GroupBy(row => (row.Method, row.Task))
            .Select(group => (Name: VariantOf(group.Key.Method), group.Key.Task, Score: Mean(group, scores[group.Key.Task]), Loss: Mean(group, "evaluation_loss")))
            .Where(entry => entry is { Score: not null, Loss: not null })
            .GroupBy(entry => (entry.Name.Method, entry.Task))
            .ToDictionary(group => group.Key, group => group.Select(entry => new Candidate(entry.Name.LearningRate, entry.Score!.Value, entry.Loss!.Value)).ToList());
    }

    private (string Method, double LearningRate) VariantOf(string name) =>
        name.Split(Separator) is [var method, var text] && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate)
            ? (method, rate)
            : throw new UserErrorException($"{source}: found the method \"{name}\", expected a name with a learning rate, such as {Variant("lora", Grid[0])}");

    private double One(IEnumerable<double> values, string what) => values.Distinct().ToList() is [var only]
        ? only
        : throw new UserErrorException($"{source}: found {string.Join(", ", values.Distinct().Select(value => value.ToString(CultureInfo.InvariantCulture)).DefaultIfEmpty("no"))} as {what}, expected one for all trials: run --profile {TuningProfile} anew");

    private static double? Mean(IEnumerable<ResultRow> rows, string metric) =>
        rows.Where(row => row.Metric == metric).Select(row => (double?)row.Value).Average();

    private sealed record Candidate(double LearningRate, double Score, double Loss);
}
