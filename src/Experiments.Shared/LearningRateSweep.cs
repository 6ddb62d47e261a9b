using System.Globalization;
using Reproduction;
using Reproduction.Storage;

namespace Experiments.Shared;

/// <summary>
/// The learning rates of a profile: for every method and task the one of a grid with the lowest evaluation loss (the criterion by
/// which the authors keep checkpoints), as the profile's sweep measured it with examples and a seed of its own. Every method has the
/// same grid and the same steps. A best rate at the edge of its grid extends the grid by one step, at most twice on each side.
/// </summary>
public sealed class LearningRateSweep
{
    private const string VariantPrefix = "learning_rate=";
    private const int MostExtensions = 2;
    private const int MostNamed = 5;

    private readonly string _profile;
    private readonly IReadOnlyList<double> _grid;
    private readonly Measured? _own;
    private readonly Measured? _reference;

    /// <param name="profile">The profile of the sweep, as <see cref="ProfileOf"/> names it.</param>
    /// <param name="grid">The rates that every method is tried with, in ascending order; at least two.</param>
    /// <param name="score">The metric of a task that decides among equal losses; higher is better.</param>
    /// <param name="results">What is stored of the experiment.</param>
    /// <exception cref="UserErrorException">A file of results is broken.</exception>
    public LearningRateSweep(string profile, IReadOnlyList<double> grid, Func<string, string> score, StoredResults results)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grid.Count, 2);
        (_profile, _grid) = (profile, grid);
        _own = results.Own(profile) is { } own ? new Measured(own, score) : null;
        _reference = results.Reference(profile) is { } reference ? new Measured(reference, score) : null;
    }

    /// <summary>The name of the profile that runs the sweep of another one.</summary>
    public static string ProfileOf(string profile) => $"{profile}-sweep";

    /// <summary>
    /// The settings of a method's trials on a task: at the sweep's own profile one for each rate, elsewhere one with the rate that the
    /// user gave or the sweep chose, or 0 where it has chosen none: such trials can be listed, and <see cref="Require"/> refuses to run
    /// them.
    /// </summary>
    /// <exception cref="UserErrorException">A rate is given to the sweep, or a file of its results is broken.</exception>
    public IEnumerable<(string Variant, FineTuningSettings Settings, LearningRateChoice? Choice)> Apply(
        RunOptions options, string method, string task, FineTuningSettings settings)
    {
        var given = options.Settings;
        if (options.Profile.IsSweep)
        {
            return given.IsGiven(FineTuningSettings.LearningRateName)
                ? throw new UserErrorException(
                    $"--set {FineTuningSettings.LearningRateName}: has no effect at profile {_profile}, which tries {Text(_grid)}.")
                : Rates(method, task).Select(rate => (
                    Variant(rate), (settings with { LearningRate = rate }).With(given), (LearningRateChoice?)null));
        }

        if (given.IsGiven(FineTuningSettings.LearningRateName))
        {
            return [("", settings.With(given), null)];
        }

        var (chosen, choice) = Problem(method, task) is null ? Choose(method, task) : (0, LearningRateChoice.None);
        return [("", (settings with { LearningRate = chosen }).With(given), choice)];
    }

    /// <summary>Checks that the sweep chose a rate for the methods and tasks of trials that are to run.</summary>
    /// <exception cref="UserErrorException">It chose none for one of them, by <see cref="Choose"/>.</exception>
    public void Require(IEnumerable<(Trial Trial, LearningRateChoice? Choice)> trials)
    {
        foreach (var (trial, _) in trials.Where(entry => entry.Choice == LearningRateChoice.None))
        {
            Choose(trial.Method, trial.Task);
        }
    }

    /// <summary>What tells the trials of a sweep apart: <see cref="Trial.Variant"/>.</summary>
    public static string Variant(double learningRate) => VariantPrefix + Text(learningRate);

    /// <summary>
    /// The rates that the sweep itself has to try for a method and a task: the grid, and what its results so far extend it by.
    /// </summary>
    public IReadOnlyList<double> Rates(string method, string task) => Extended(_own?.Of(method, task) ?? []);

    /// <summary>The rate of the lowest evaluation loss, of the user's own sweep if that is complete, else of the reference.</summary>
    /// <exception cref="UserErrorException">
    /// Neither has run for this method and task at every rate of the grid, or training diverged at all of them.
    /// </exception>
    public (double LearningRate, LearningRateChoice Choice) Choose(string method, string task)
    {
        if (Problem(method, task) is { } problem)
        {
            throw new UserErrorException(problem);
        }

        var source = Source(method, task)!;
        var candidates = source.Of(method, task);
        var choice = new LearningRateChoice(
            [.. candidates.Select(candidate => candidate.LearningRate).Order()], source.StepsOf(task, _profile), source.Seeds);
        return (Best(candidates)!.LearningRate, choice);
    }

    /// <summary>
    /// Which sweep the rates of some methods and tasks come from, for the user; one line for each source, none where no sweep is used.
    /// </summary>
    public IEnumerable<string> Notes(RunOptions options, IReadOnlyCollection<(string Method, string Task)> trials)
    {
        if (options.Profile.IsSweep || options.Settings.IsGiven(FineTuningSettings.LearningRateName))
        {
            yield break;
        }

        var own = trials.Where(trial => IsOwn(trial.Method, trial.Task)).ToList();
        var others = trials.Except(own).ToList();
        if (own.Count > 0)
        {
            yield return Line(own, "your own sweep", _own!);
        }

        if (others.Count > 0 && _reference is not null)
        {
            yield return Line(others, "the reference sweep", _reference);
        }

        var incomplete = others.FindAll(trial => _own?.Of(trial.Method, trial.Task).Count > 0);
        if (incomplete.Count > 0)
        {
            yield return $"your own sweep, {_own!.Path}, is not used for {Pairs(incomplete.Count)} "
                + $"({string.Join(", ", incomplete.Take(MostNamed).Select(trial => $"{trial.Method} on {trial.Task}"))}"
                + $"{(incomplete.Count > MostNamed ? ", ..." : "")}): rates are missing. Run --profile {_profile} to complete it.";
        }

        string Line(IReadOnlyCollection<(string Method, string Task)> pairs, string name, Measured sweep) =>
            $"learning rates of {Pairs(pairs.Count)}: {name} ({Steps(sweep, [.. pairs.Select(pair => pair.Task).Distinct()])}), "
            + sweep.Path;

        string Steps(Measured sweep, List<string> tasks)
        {
            var steps = tasks.Select(task => (Task: task, Steps: sweep.StepsOf(task, _profile))).ToList();
            return steps.DistinctBy(entry => entry.Steps).Count() == 1
                ? string.Create(CultureInfo.InvariantCulture, $"{steps[0].Steps} steps")
                : string.Join(", ", steps.GroupBy(entry => entry.Steps).Select((group, i) => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{group.Key}{(i == 0 ? " steps" : "")} on {string.Join(", ", group.Select(entry => entry.Task))}")));
        }

        static string Pairs(int count) => string.Create(
            CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "pair" : "pairs")} of method and task");
    }

    /// <summary>The rates of the grid, as a text.</summary>
    public static string Text(IEnumerable<double> rates) => string.Join(", ", rates.Select(Text));

    private static string Text(double rate) => rate.ToString(CultureInfo.InvariantCulture);

    private static Candidate? Best(IEnumerable<Candidate> candidates) => candidates
        .Where(candidate => double.IsFinite(candidate.Loss))
        .OrderBy(candidate => candidate.Loss)
        .ThenByDescending(candidate => candidate.Score)
        .FirstOrDefault();

    // Three digits: the ratio of two rates is seldom a binary fraction.
    private static double Rounded(double rate) =>
        double.Parse(rate.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private Measured? Source(string method, string task) => IsOwn(method, task) ? _own : _reference;

    // Why no rate can be chosen; null where one can.
    private string? Problem(string method, string task)
    {
        var source = Source(method, task);
        var candidates = source?.Of(method, task) ?? [];
        return !_grid.All(rate => candidates.Any(candidate => candidate.LearningRate == rate))
            ? $"{source?.Path ?? _profile}: found no result of {method} on {task} for every rate of the grid, {Text(_grid)}. "
                + $"Run --profile {_profile}, or name a rate with --set {FineTuningSettings.LearningRateName}=..."
            : Best(candidates) is null
                ? $"{source!.Path}: found that {method} diverged on {task} at every rate, expected one that trains: "
                    + $"name one with --set {FineTuningSettings.LearningRateName}=..."
                : null;
    }

    private bool IsOwn(string method, string task) => _own?.Of(method, task) is { Count: > 0 } found
        && Extended(found).All(rate => found.Any(candidate => candidate.LearningRate == rate));

    private List<double> Extended(IReadOnlyList<Candidate> found)
    {
        var rates = _grid.ToList();
        var (below, above) = (0, 0);
        while (rates.TrueForAll(rate => found.Any(candidate => candidate.LearningRate == rate)))
        {
            var best = Best(found.Where(candidate => rates.Contains(candidate.LearningRate)))?.LearningRate;
            if (best == rates[0] && below++ < MostExtensions)
            {
                rates.Insert(0, Rounded(rates[0] * rates[0] / rates[1]));
            }
            else if (best == rates[^1] && above++ < MostExtensions)
            {
                rates.Add(Rounded(rates[^1] * rates[^1] / rates[^2]));
            }
            else
            {
                break;
            }
        }

        return rates;
    }

    private sealed record Candidate(double LearningRate, double Score, double Loss);

    /// <summary>The results of one sweep.</summary>
    private sealed class Measured
    {
        private readonly ILookup<(string Method, string Task), Candidate> _candidates;
        private readonly ILookup<string, double> _steps;

        public Measured(ProfileResults results, Func<string, string> score)
        {
            Path = results.Path;
            var rows = results.Rows
                .Where(row => row.Step is null && row.Variant.StartsWith(VariantPrefix, StringComparison.Ordinal)).ToList();
            _candidates = rows
                .GroupBy(row => (row.Method, row.Task, row.Variant))
                .Select(trial => (
                    trial.Key,
                    Score: Mean(trial, score(trial.Key.Task)),
                    Loss: Mean(trial, TrainingMetrics.EvaluationLoss)))
                .Where(trial => trial is { Score: not null, Loss: not null })
                .ToLookup(
                    trial => (trial.Key.Method, trial.Key.Task),
                    trial => new Candidate(RateOf(trial.Key.Variant), trial.Score!.Value, trial.Loss!.Value));
            _steps = rows.Where(row => row.Metric == TrainingMetrics.KeptStep).ToLookup(row => row.Task, row => row.Value);
            Seeds = [.. rows.Select(row => row.Seed).OfType<int>().Distinct().Order()];
        }

        public string Path { get; }

        public IReadOnlyList<int> Seeds { get; }

        public IReadOnlyList<Candidate> Of(string method, string task) => [.. _candidates[(method, task)]];

        // Trials of a sweep are evaluated at their end only, so that the kept step is the last.
        public int StepsOf(string task, string profile) => _steps[task].Distinct().ToList() is [var only]
            ? (int)only
            : throw new UserErrorException(
                $"{Path}: found {string.Join(", ", _steps[task].Distinct().Order().Select(Text))} as number of steps on {task}, "
                + $"expected one for all trials: rerun --profile {profile}");

        private static double? Mean(IEnumerable<ResultRow> rows, string metric) =>
            rows.Where(row => row.Metric == metric).Select(row => (double?)row.Value).Average();

        private double RateOf(string variant) =>
            double.TryParse(variant[VariantPrefix.Length..], NumberStyles.Float, CultureInfo.InvariantCulture, out var rate)
                ? rate
                : throw new UserErrorException(
                    $"{Path}: found the variant \"{variant}\", expected a learning rate, such as {Variant(0.001)}");
    }
}
