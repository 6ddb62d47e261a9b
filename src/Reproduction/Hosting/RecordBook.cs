using Reproduction.Storage;

namespace Reproduction.Hosting;

/// <summary>
/// The records of a profile, read once and kept up to date. It tells those that belong to the plan from those of other settings,
/// data or weights, so that one table, average or claim is never made from both.
/// </summary>
internal sealed class RecordBook
{
    private const int MostReasons = 3;

    private readonly HostSession _session;
    private readonly Dictionary<string, TrialRecord> _records;
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);

    public RecordBook(HostSession session)
    {
        _session = session;
        _records = session.Store.Load(session.Warn).ToDictionary(record => record.Trial.Key, StringComparer.Ordinal);
    }

    public int Count => _records.Count;

    /// <summary>The records by key: tables must not depend on the order in which trials finished.</summary>
    public IReadOnlyList<TrialRecord> All => [.. _records.Values.OrderBy(record => record.Trial.Key, StringComparer.Ordinal)];

    /// <summary>Whether records of other settings were removed.</summary>
    public bool HadStale => _warned.Count > 0;

    public TrialRecord? Find(Trial trial) => Find(trial.Key);

    public TrialRecord? Find(string key) => _records.GetValueOrDefault(key);

    /// <summary>Takes a new record; it replaces an earlier one of the same trial.</summary>
    public void Add(TrialRecord record) => _records[record.Trial.Key] = record;

    /// <summary>Removes the records that do not fit the plan, and says how many and why, once each.</summary>
    /// <param name="replaced">Keys of trials whose records are about to be replaced: they go without a warning.</param>
    public void RemoveStale(IReadOnlyCollection<string> replaced)
    {
        var trials = PlannedForRecords();
        var (count, stale) = (_records.Count, new List<(string Key, string Why)>());
        var unknown = new List<string>();
        foreach (var (key, record) in _records.ToList())
        {
            if (!trials.TryGetValue(key, out var planned))
            {
                stale.Add((key, $"there is no such trial in profile {_session.Profile.Name}"));
                continue;
            }

            var trial = _session.WithInputs(planned).Trial;
            unknown.AddRange(trial.Inputs.Where(entry => entry.Value == Trial.Unavailable).Select(entry => entry.Key));
            if (record.Trial.DifferencesFrom(trial) is { Count: > 0 } differences)
            {
                stale.Add((key, string.Join(", ", differences)));
            }
        }

        stale.ForEach(entry => _records.Remove(entry.Key));
        Warn(stale.FindAll(entry => !replaced.Contains(entry.Key) && _warned.Add(entry.Key)), count);
        if (unknown.Count > 0)
        {
            _session.Warn(
                $"{_session.Store.Folder}: {string.Join(", ", unknown.Distinct().Order(StringComparer.Ordinal))} of the records cannot "
                + $"be checked, as the files are {Trial.Unavailable}.");
        }
    }

    private void Warn(List<(string Key, string Why)> stale, int count)
    {
        if (stale.Count == 0)
        {
            return;
        }

        var reasons = stale.GroupBy(entry => entry.Why).OrderByDescending(group => group.Count()).ToList();
        var rest = reasons.Skip(MostReasons).Sum(group => group.Count());
        IEnumerable<string> texts =
        [
            .. reasons.Take(MostReasons).Select(group => $"{group.Count()} where {group.Key} (such as {group.First().Key})"),
            .. rest == 0 ? Array.Empty<string>() : [$"{rest} for other reasons of the kind"],
        ];
        _session.Warn(
            $"{_session.Store.Folder}: {stale.Count} of {count} records were made with different settings and are ignored: "
            + $"{string.Join("; ", texts)}. Give the options that they were made with, or rerun them with --force.");
    }

    // As many seeds as are recorded: fewer of them may be asked for now.
    private Dictionary<string, PlannedTrial> PlannedForRecords()
    {
        if (_records.Count == 0)
        {
            return [];
        }

        var first = _session.Declared(_session.Profile).Min(planned => planned.Trial.Seed);
        var seeds = _records.Values.Select(record => record.Trial.Seed - first + 1).Where(count => count <= CommandLine.MostSeeds)
            .DefaultIfEmpty().Max();
        return _session.Declared(_session.Profile with { Seeds = Math.Max(_session.Profile.Seeds, seeds) })
            .ToDictionary(planned => planned.Trial.Key, StringComparer.Ordinal);
    }
}
