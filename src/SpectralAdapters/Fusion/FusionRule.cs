namespace SpectralAdapters.Fusion;

/// <summary>How the changes of several concepts become one weight.</summary>
public enum FusionRule
{
    /// <summary>
    /// The mean of the concepts' merged weights, so that every change enters with 1/n: FedAvg, and what the official code does for
    /// spectral and orthogonal adapters too.
    /// </summary>
    Mean,

    /// <summary>The base weight plus every change in full, which is natural where the changes lie in disjoint columns.</summary>
    Sum,
}
