namespace SpectralAdapters.Factors;

/// <summary>How singular factors were computed.</summary>
/// <param name="Method"><c>exact</c>, <c>randomised</c> or <c>given</c>.</param>
/// <param name="Seed">The seed of the random start; 0 where there is none.</param>
/// <param name="Residual">The largest relative residual of a triplet; 0 where it was not needed.</param>
/// <param name="Iterations">How often W^T W was applied to the iterated subspace; 0 where nothing is iterated.</param>
/// <param name="Remark">Why the randomised method was not taken although it was asked for; null elsewhere.</param>
public sealed record FactorOrigin(string Method, ulong Seed, double Residual, int Iterations = 0, string? Remark = null);
