using SpectralAdapters.Functions;
using static TorchSharp.torch;

namespace SpectralAdapters.Fusion;

/// <summary>
/// Adapters of several concepts over one weight as one weight, without data (official files: adapter_fusion/*/fedavg_fusion.py,
/// spectral_fusion.py, weight_fusion.py). Nothing that is passed in is changed; the official functions add to the factors they
/// are given, so that a second call compounds the first.
/// </summary>
public static class WeightFusion
{
    /// <summary>The fused weight.</summary>
    /// <param name="weight">The base weight, [m, n].</param>
    /// <param name="rule">Mean or sum.</param>
    /// <param name="concepts">The concepts. Those with singular columns must tune different ones.</param>
    /// <returns>[m, n], in the element type of the base weight, rounded once; the caller owns it.</returns>
    /// <exception cref="ArgumentException">
    /// There is no concept, a name is given twice, a shape or strength does not fit, two concepts tune the same column, or a
    /// concept's weight is not finite.
    /// </exception>
    public static Tensor Fuse(Tensor weight, FusionRule rule, params IReadOnlyList<FusionConcept> concepts)
    {
        FusionConcept.Require(weight, concepts);
        RequireDisjoint(concepts);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var wide = weight.to_type(ComputeType.For(weight.dtype)); // [m, n]
        var changes = zeros_like(wide); // [m, n]
        foreach (var concept in concepts)
        {
            using var merged = concept.MergedWeight(wide); // [m, n]
            RequireFinite(concept, merged);
            changes.add_(merged.sub_(wide));
        }

        var share = rule == FusionRule.Mean ? 1.0 / concepts.Count : 1;
        return wide.add(changes, share).to_type(weight.dtype).MoveToOuterDisposeScope();
    }

    private static void RequireDisjoint(IReadOnlyList<FusionConcept> concepts)
    {
        for (var i = 0; i < concepts.Count; i++)
        {
            for (var j = i + 1; j < concepts.Count; j++)
            {
                var shared = (concepts[i].Columns ?? []).Intersect(concepts[j].Columns ?? []).ToList();
                if (shared.Count > 0)
                {
                    throw new ArgumentException(
                        $"The concepts '{concepts[i].Name}' and '{concepts[j].Name}' both tune the columns {string.Join(", ", shared)}; " +
                        "fusion needs disjoint columns.");
                }
            }
        }
    }

    private static void RequireFinite(FusionConcept concept, Tensor merged)
    {
        using var scope = NewDisposeScope();
        if (!merged.isfinite().all().item<bool>())
        {
            throw new ArgumentException($"Concept '{concept.Name}': its weight holds NaN or infinity.");
        }
    }
}
