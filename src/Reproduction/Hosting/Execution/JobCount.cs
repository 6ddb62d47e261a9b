namespace Reproduction.Hosting.Execution;

/// <summary>How many worker processes a run uses.</summary>
internal static class JobCount
{
    // More of them wait for memory rather than for cores.
    private const int Most = 8;

    /// <summary>
    /// What <c>--jobs</c> says. By default one for each physical core, at most 8, as many as memory holds by the plan's estimate,
    /// and no more than there are trials; one on a GPU.
    /// </summary>
    public static int Of(HostSession session, IReadOnlyList<PlannedTrial> pending)
    {
        if (session.Options.Jobs is { } given)
        {
            return given;
        }

        if (session.Options.Device != "cpu")
        {
            return 1;
        }

        var largest = pending.Select(session.Experiment.Plan).Max(plan => plan?.MemoryBytes ?? 0);
        var held = largest == 0 ? Most : (int)Math.Clamp(session.Environment.MemoryBytes / largest, 1, Most);
        return Math.Min(Math.Min(held, session.Environment.Cores), pending.Count);
    }
}
