namespace Reproduction.Hosting.Slurm;

/// <summary>Slurm does not answer; it may a little later.</summary>
internal sealed class SlurmBusyException(string message) : Exception(message);
