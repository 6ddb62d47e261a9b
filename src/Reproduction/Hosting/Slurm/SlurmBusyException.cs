namespace Reproduction.Hosting.Slurm;

/// <summary>Slurm does not answer, or takes no more jobs; it may a little later.</summary>
internal sealed class SlurmBusyException(string message) : Exception(message)
{
    /// <summary>Whether the user has as many jobs as allowed.</summary>
    public bool IsLimit { get; init; }
}
