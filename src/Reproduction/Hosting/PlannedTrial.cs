namespace Reproduction.Hosting;

/// <summary>A trial with the spec that it runs by.</summary>
/// <param name="Trial">The trial; its <see cref="Trial.Config"/> is the spec's JSON.</param>
/// <param name="Spec">The spec, of the experiment's own type.</param>
internal sealed record PlannedTrial(Trial Trial, object Spec);
