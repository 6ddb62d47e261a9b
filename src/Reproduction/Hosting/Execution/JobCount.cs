namespace Reproduction.Hosting.Execution;

/// <summary>How many worker processes a run uses.</summary>
internal static class JobCount
{
    // More of them wait for memory rather than for cores.
    private const int Most = 8;

    /// <summary>
    /// What <c>--jobs</c> says. By default one for each physical core, at most 8, as many as memory holds by the plan's estimate,
    /// and no more than there are trials. None, that is this process with all its threads, for <c>--jobs 1</c>, on a GPU, and where
    /// memory holds one trial only.
    /// </summary>
    /// <remarks>A worker has one thread even if it is the only one, so that a trial gives the same bits alone and among others.</remarks>
    public static int Of(HostSession session, IReadOnlyList<PlannedTrial> pending)
    {
        if (session.Options.Jobs is { } given)
        {
            return given == 1 ? 0 : given;
        }

        var largest = pending.Select(session.Experiment.Plan).Max(plan => plan?.MemoryBytes ?? 0);
        var held = largest == 0 ? Most : (int)Math.Clamp(session.Environment.MemoryBytes / largest, 1, Most);
        var most = Math.Min(held, session.Environment.Cores);
        return session.Options.Device != "cpu" || most == 1 ? 0 : Math.Min(most, pending.Count);
    }
}
