using Reproduction.Storage;

namespace Reproduction.Hosting;

/// <summary>
/// Tells the records that belong to a plan from those of other settings, data or weights, so that one table, average or
/// claim is never made from both.
/// </summary>
internal sealed class RecordFit(HostSession session)
{
    private const int MostReasons = 3;

    private readonly HashSet<string> warned = new(StringComparer.Ordinal);

    /// <summary>Removes the records that do not fit, and says how many and why, once each.</summary>
    /// <param name="records">The records by key.</param>
    /// <param name="replaced">Keys of trials whose records are about to be replaced: they go without a warning.</param>
    public void RemoveMisfits(Dictionary<string, TrialRecord> records, IReadOnlyCollection<string> replaced)
    {
        var trials = PlannedFor(records.Values);
        var (count, misfits) = (records.Count, new List<(string Key, string Why)>());
        var unknown = new List<string>();
        foreach (var (key, record) in records.ToList())
        {
            if (!trials.TryGetValue(key, out var trial))
            {
                misfits.Add((key, $"there is no such trial in profile {session.Profile.Name}"));
                continue;
            }

            trial = session.WithInputs(trial);
            unknown.AddRange(trial.Config.Where(entry => entry.Value == Trial.NotAtHand).Select(entry => entry.Key));
            if (record.DifferencesFrom(trial) is { Count: > 0 } differences)
            {
                misfits.Add((key, string.Join(", ", differences)));
            }
        }

        misfits.ForEach(misfit => records.Remove(misfit.Key));
        Warn(misfits.FindAll(misfit => !replaced.Contains(misfit.Key) && warned.Add(misfit.Key)), count);
        if (unknown.Count > 0)
        {
            session.Warn($"{session.Store.Folder}: {string.Join(", ", unknown.Distinct().Order(StringComparer.Ordinal))} of the records cannot be checked, as the files are {Trial.NotAtHand}.");
        }
    }

    private void Warn(List<(string Key, string Why)> misfits, int count)
    {
        if (misfits.Count == 0)
        {
            return;
        }

        var reasons = misfits.GroupBy(misfit => misfit.Why).OrderByDescending(group => group.Count()).ToList();
        var rest = reasons.Skip(MostReasons).Sum(group => group.Count());
        IEnumerable<string> texts =
        [
            .. reasons.Take(MostReasons).Select(group => $"{group.Count()} where {group.Key} (such as {group.First().Key})"),
            .. rest == 0 ? Array.Empty<string>() : [$"{rest} for other reasons of the kind"],
        ];
        session.Warn(
            $"{session.Store.Folder}: {misfits.Count} of {count} records are of other settings, and left out: {string.Join("; ", texts)}. "
            + "Give the options that they were made with, or run them again with --force.");
    }

    // As many seeds as are recorded: fewer of them may be asked for now.
    private Dictionary<string, Trial> PlannedFor(IReadOnlyCollection<TrialRecord> records)
    {
        if (records.Count == 0)
        {
            return [];
        }

        var first = session.Declared(session.Profile).Min(trial => trial.Seed);
        var seeds = records.Max(record => record.Trial.Seed) - first + 1;
        return session.Declared(session.Profile with { Seeds = Math.Max(session.Profile.Seeds, seeds) })
            .ToDictionary(trial => trial.Key, StringComparer.Ordinal);
    }
}
