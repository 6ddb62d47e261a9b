namespace Bench.Sweep;

/// <summary>What a trial of the sweep does.</summary>
/// <param name="Steps">Its training steps.</param>
internal sealed record SweepSpec(int Steps);
