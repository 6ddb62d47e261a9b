using Reproduction.Hosting.Slurm;
using Reproduction.Published;
using Reproduction.Storage;
using Spectre.Console;

namespace Reproduction.Hosting;

/// <summary>A command line resolved against its experiment: what every verb works on.</summary>
internal sealed class HostSession
{
    private readonly Lazy<IReadOnlyList<Trial>> planned;
    private readonly Lazy<IReadOnlyList<Trial>> selected;
    private readonly HashSet<string> warnings = new(StringComparer.Ordinal);
    private readonly RecordFit fit;

    /// <exception cref="UserErrorException">An option does not fit the experiment.</exception>
    public HostSession(Experiment experiment, HostOptions options, HostEnvironment environment)
    {
        (Experiment, Options, Environment) = (experiment, options, environment);
        var profile = FindProfile(experiment, options);
        Profile = options.Seeds is { } seeds ? profile with { Seeds = seeds } : profile;
        options.Inputs.Check();
        var settings = options.Set;
        if (options.Launcher == CommandLine.Slurm)
        {
            SlurmOptions = SlurmOptions.Parse(settings, out settings);
            if (options.Jobs > 1)
            {
                throw new UserErrorException("--jobs: has no effect with --launcher slurm, which runs as many trials as Slurm allows.");
            }
        }

        ExperimentOptions = new ExperimentOptions(new SettingValues(experiment.Settings, settings), options.Inputs, options.Device);
        ResultsRoot = Path.GetFullPath(options.Results ?? Path.Combine(environment.Root, "results"));
        Store = new ResultStore(ResultsRoot, experiment.Id, profile.Name);
        fit = new RecordFit(this);
        planned = new(() => new TrialFilter(options.Filter).Apply(Declared(Profile)));
        selected = new(() => [.. Planned.Select(WithInputs)]);
    }

    public Experiment Experiment { get; }

    public HostOptions Options { get; }

    public HostEnvironment Environment { get; }

    public IAnsiConsole Console => Environment.Console;

    public Profile Profile { get; }

    public ExperimentOptions ExperimentOptions { get; }

    /// <summary>What jobs ask Slurm for; null with another launcher.</summary>
    public SlurmOptions? SlurmOptions { get; }

    public string ResultsRoot { get; }

    public ResultStore Store { get; }

    /// <summary>The trials that the filter selects, without a look at what they read.</summary>
    public IReadOnlyList<Trial> Planned => planned.Value;

    /// <summary>The trials that the filter selects, with digests of what they read.</summary>
    public IReadOnlyList<Trial> Selected => selected.Value;

    /// <summary>The finished and failed trials by key; unreadable records are reported.</summary>
    public Dictionary<string, TrialRecord> LoadRecords() =>
        Store.Load(Warn).ToDictionary(record => record.Trial.Key, StringComparer.Ordinal);

    /// <summary>A trial with digests of what it reads.</summary>
    public Trial WithInputs(Trial trial) => trial with
    {
        Config = new Dictionary<string, string>(trial.Config.Concat(Experiment.DescribeInputs(trial, Profile, ExperimentOptions))),
    };

    /// <summary>Removes the records that are not of this plan's settings, with a warning (<see cref="RecordFit"/>).</summary>
    /// <param name="records">The records by key.</param>
    /// <param name="replaced">Keys of trials whose records are about to be replaced: they go without a warning.</param>
    public void RemoveMisfits(Dictionary<string, TrialRecord> records, IReadOnlyCollection<string> replaced) => fit.RemoveMisfits(records, replaced);

    /// <summary>The records of this plan's settings.</summary>
    public Dictionary<string, TrialRecord> LoadFittingRecords()
    {
        var records = LoadRecords();
        RemoveMisfits(records, []);
        return records;
    }

    /// <summary>
    /// Stored and derived values beside the published ones: the values of the records that fit, or those of results.csv
    /// where there are no records at all.
    /// </summary>
    public ResultSet LoadResults()
    {
        var records = LoadRecords();
        var hasRecords = records.Count > 0;
        RemoveMisfits(records, []);
        IReadOnlyList<ResultRow> rows = hasRecords ? [.. ResultStore.Rows(records.Values)] : Store.ReadCsv();
        var published = PublishedTable.Load(Path.Combine(Environment.Root, "data", "published"), Experiment.Artefacts);
        return new ResultSet(Experiment.Id, Profile.Name, [.. rows, .. Experiment.Derive(rows)], published);
    }

    /// <summary>Prints a warning on a line of its own, once.</summary>
    public void Warn(string message)
    {
        if (warnings.Add(message))
        {
            Console.MarkupLineInterpolated($"[yellow]warning:[/] {message}");
        }
    }

    /// <summary>Prints an error on a line of its own.</summary>
    public void Error(string message) => Console.MarkupLineInterpolated($"[red]error:[/] {message}");

    /// <summary>The trials of the experiment at as many seeds as the profile has, without a look at what they read.</summary>
    public IReadOnlyList<Trial> Declared(Profile profile)
    {
        var trials = Experiment.Trials(profile, ExperimentOptions);
        var twice = trials.GroupBy(trial => trial.Key, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? trials : throw new InvalidOperationException($"{Experiment.Id} declares the trial {twice.Key} twice.");
    }

    private static Profile FindProfile(Experiment experiment, HostOptions options)
    {
        var named = experiment.Profiles.FirstOrDefault(candidate => options.Profile is null || candidate.Name == options.Profile)
            ?? throw new UserErrorException(
                $"--profile {options.Profile}: unknown; known: {string.Join(", ", experiment.Profiles.Select(known => known.Name))}.");
        return options.Inputs.Data is not null && named.WithData is { } withData
            ? experiment.Profiles.Single(candidate => candidate.Name == withData)
            : named;
    }
}
