namespace Reproduction.Hosting.Slurm;

/// <summary>What the queue says of one task of an array.</summary>
/// <param name="JobName">The name of its job.</param>
/// <param name="JobId">The number of its array.</param>
/// <param name="Index">Its place in the array.</param>
/// <param name="State">Slurm's name of the state, such as PENDING.</param>
/// <param name="Reason">Why it waits, such as Resources.</param>
internal sealed record SlurmTaskState(string JobName, string JobId, int Index, string State, string Reason)
{
    private static readonly string[] Ended =
    [
        "BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "REVOKED", "TIMEOUT",
    ];

    /// <summary>Whether the task waits, runs or ends at this moment.</summary>
    public bool IsLive => !Ended.Contains(State);

    /// <summary>Whether the program itself ended with an error, or took more memory than it had asked for.</summary>
    public bool HasFailed => State is "FAILED" or "OUT_OF_MEMORY";
}
