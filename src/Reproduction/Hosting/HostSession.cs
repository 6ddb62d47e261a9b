using Reproduction.Hosting.Slurm;
using Reproduction.Published;
using Reproduction.Storage;
using Spectre.Console;

namespace Reproduction.Hosting;

/// <summary>A command line resolved against its experiment: what every verb works on.</summary>
internal sealed class HostSession
{
    private readonly HashSet<string> _warnings = new(StringComparer.Ordinal);
    private readonly Lazy<RecordBook> _records;
    private IReadOnlyList<PlannedTrial>? _planned;

    /// <exception cref="UserErrorException">An option does not fit the experiment.</exception>
    public HostSession(Experiment experiment, HostOptions options, HostEnvironment environment)
    {
        (Experiment, Options, Environment) = (experiment, options, environment);
        options.Inputs.Check();
        Inputs.RequirePath("--results", options.Results, "a folder");
        if (options.Device.Length == 0)
        {
            throw new UserErrorException("--device: expected a device, such as cpu or cuda:0, found an empty text.");
        }

        var settings = options.Set;
        if (options.Launcher == CommandLine.Slurm)
        {
            SlurmOptions = SlurmOptions.Parse(settings, out settings);
            if (options.Jobs is not null)
            {
                throw new UserErrorException("--jobs: has no effect with --launcher slurm, which runs as many trials as Slurm allows.");
            }
        }

        ResultsRoot = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Results ?? environment.Results));
        ReferenceRoot = Path.GetFullPath(Path.Combine(environment.Root, "results", ResultStore.ReferenceName));
        if (IsReference(ResultsRoot))
        {
            throw new UserErrorException($"--results {options.Results}: holds the reference results, which only report --publish writes.");
        }

        var profile = FindProfile(experiment, options);
        RunOptions = new RunOptions
        {
            Profile = options.Seeds is { } seeds ? profile with { Seeds = seeds } : profile,
            Settings = new SettingValues(experiment.Settings, settings),
            Inputs = options.Inputs,
            Device = options.Device,
            Results = new StoredResults(ResultsRoot, ReferenceRoot, experiment.Id),
        };
        Store = new ResultStore(ResultsRoot, experiment.Id, profile.Name);
        Reference = new ResultStore(ReferenceRoot, experiment.Id, profile.Name);
        _records = new(() => new RecordBook(this));
    }

    public Experiment Experiment { get; }

    public HostOptions Options { get; }

    public HostEnvironment Environment { get; }

    public IAnsiConsole Console => Environment.Console;

    public RunOptions RunOptions { get; }

    public Profile Profile => RunOptions.Profile;

    /// <summary>What jobs ask Slurm for; null with another launcher.</summary>
    public SlurmOptions? SlurmOptions { get; }

    /// <summary>The folder of the user's own results.</summary>
    public string ResultsRoot { get; }

    /// <summary>The folder of the reference results.</summary>
    public string ReferenceRoot { get; }

    /// <summary>The user's own results of the profile.</summary>
    public ResultStore Store { get; }

    /// <summary>The reference results of the profile.</summary>
    public ResultStore Reference { get; }

    /// <summary>The records of the profile, read once; unreadable ones are reported.</summary>
    public RecordBook Records => _records.Value;

    /// <summary>The trials that the filter selects, without a look at what they read.</summary>
    public IReadOnlyList<PlannedTrial> Planned => _planned ??= new TrialFilter(Options.Filter).Apply(Declared(Profile));

    /// <summary>The trials that the filter selects, with digests of what they read.</summary>
    public IReadOnlyList<PlannedTrial> Selected => [.. Planned.Select(WithInputs)];

    /// <summary>Asks the experiment for its trials again, as new results may lead to further ones.</summary>
    public void Replan() => _planned = null;

    /// <summary>A trial with digests of what it reads.</summary>
    public PlannedTrial WithInputs(PlannedTrial planned) =>
        planned with { Trial = planned.Trial with { Inputs = Experiment.DescribeInputs(planned, RunOptions) } };

    /// <summary>
    /// Stored and derived values beside the reference and the published ones: the values of the records that fit, or those of
    /// results.csv where there are no records at all.
    /// </summary>
    /// <exception cref="UserErrorException">A file is broken, or settings are given that no record can be held against.</exception>
    public ResultSet Results() => Results(MeasuredRows());

    /// <summary>Measured values as <see cref="Results()"/> gives them.</summary>
    public ResultSet Results(IReadOnlyList<ResultRow> measured) =>
        WithDerived(measured) with { Reference = WithDerived(Reference.ReadCsv()).Rows };

    /// <summary>The stored values without derived ones.</summary>
    /// <exception cref="UserErrorException">As <see cref="Results()"/>.</exception>
    public IReadOnlyList<ResultRow> MeasuredRows()
    {
        Records.RemoveStale([]);
        if (Records.Count == 0 && !Records.HadStale)
        {
            return WithoutRecords(Store);
        }

        if (Store.IsCsvChanged)
        {
            Warn(
                $"{Store.CsvPath} was changed after it was written. The values shown are those of the records; the next run writes it "
                + "again.");
        }

        return [.. ResultStore.Rows(Records.All)];
    }

    /// <summary>The reference values, and those derived from them, in place of measured ones.</summary>
    public ResultSet ReferenceResults() => WithDerived(Reference.ReadCsv());

    /// <summary>Refuses settings where only results.csv tells of the values.</summary>
    /// <exception cref="UserErrorException">Settings are given that no record can be held against.</exception>
    public void RefuseSettingsWithoutRecords(ResultStore store)
    {
        if (RunOptions.Settings.Given.Length > 0)
        {
            throw new UserErrorException(
                $"--set {RunOptions.Settings.Given}: {store.CsvPath} does not tell with which settings its values were made, "
                + "and there are no records beside it.");
        }
    }

    /// <summary>Prints a warning on a line of its own, once.</summary>
    public void Warn(string message)
    {
        if (_warnings.Add(message))
        {
            Environment.Warn(message);
        }
    }

    /// <summary>Prints an error on a line of its own.</summary>
    public void Error(string message) => Environment.Error(message);

    /// <summary>The trials of the experiment at as many seeds as the profile has, without a look at what they read.</summary>
    public IReadOnlyList<PlannedTrial> Declared(Profile profile)
    {
        var trials = Experiment.Declare(RunOptions with { Profile = profile });
        var twice = trials.GroupBy(planned => planned.Trial.Key, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? trials : throw new InvalidOperationException($"{Experiment.Id} declares the trial {twice.Key} twice.");
    }

    private ResultSet WithDerived(IReadOnlyList<ResultRow> rows)
    {
        var published = PublishedTable.Load(Path.Combine(Environment.Root, "data", "published"), Experiment.Artefacts);
        IReadOnlyList<ResultRow> all = [.. rows, .. Experiment.Derive(rows)];

        // A stored value of a derived one's name would be averaged with it.
        var twice = all.GroupBy(RowRules.Key).FirstOrDefault(group => group.Count() > 1)?.First();
        return twice is null
            ? new ResultSet(Experiment.Id, Profile.Name, all, published)
            : throw new UserErrorException(
                $"{Experiment.Id}, profile {Profile.Name}: found {twice.Metric} of {twice.TrialKey} among the stored results, expected "
                + "it among the derived values only.");
    }

    private IReadOnlyList<ResultRow> WithoutRecords(ResultStore store)
    {
        var rows = store.ReadCsv();
        if (rows.Count > 0)
        {
            RefuseSettingsWithoutRecords(store);
        }

        return rows;
    }

    // By a link or with a separator at its end, too; and every folder in it.
    private bool IsReference(string folder)
    {
        var reference = Path.GetFullPath(ReferenceRoot);
        for (var at = new DirectoryInfo(Path.TrimEndingDirectorySeparator(folder)); at is not null; at = at.Parent)
        {
            if (at.FullName == reference || (at.Exists && at.ResolveLinkTarget(returnFinalTarget: true)?.FullName == reference))
            {
                return true;
            }
        }

        return false;
    }

    private Profile FindProfile(Experiment experiment, HostOptions options)
    {
        var named = experiment.Profiles.FirstOrDefault(candidate => options.Profile is null || candidate.Name == options.Profile)
            ?? throw new UserErrorException(
                $"--profile {options.Profile}: unknown; known: {string.Join(", ", experiment.Profiles.Select(known => known.Name))}.");
        if (options.Inputs.Data is not { } data || named.WithData is not { } withData)
        {
            return named;
        }

        if (!options.Worker)
        {
            Console.WriteLine($"--data {data}: profile {withData} instead of {named.Name}.");
        }

        return experiment.Profiles.Single(candidate => candidate.Name == withData);
    }
}
