using static TorchSharp.torch;

namespace SpectralAdapters.Fusion;

/// <summary>One concept's adapter of one layer, as a part of a fusion.</summary>
/// <param name="Name">The concept's name.</param>
/// <param name="Adapter">Its adapter of the layer; stays the caller's.</param>
/// <param name="Alpha">The strength, in the meaning of <see cref="MergeRule.Official"/>.</param>
public sealed record FusionConcept(string Name, Adapter Adapter, double Alpha = 1)
{
    /// <summary>A concept whose change is given as factors. The caller owns its adapter, which holds copies of them.</summary>
    /// <param name="name">The concept's name.</param>
    /// <param name="change">The change of the weight at strength 1.</param>
    /// <param name="alpha">The strength, a factor on the change.</param>
    /// <exception cref="ArgumentException">The factors' inner sizes differ.</exception>
    public static FusionConcept Of(string name, LoraFactors change, double alpha = 1)
    {
        if (change.Up.dim() != 2 || change.Down.dim() != 2 || change.Up.shape[1] != change.Rank)
        {
            throw new ArgumentException(
                $"Concept '{name}': the factors have the shapes [{string.Join(", ", change.Up.shape)}] and " +
                $"[{string.Join(", ", change.Down.shape)}]; expected [m, q] and [q, n].");
        }

        var config = new LoraConfig { Rank = change.Rank, Alpha = 1, Scaling = LoraScaling.Alpha };
        return new FusionConcept(name, new LoraAdapter(config, change), alpha);
    }

    /// <summary>The columns of the weight's singular factors that the concept tunes; null where the method knows no columns.</summary>
    public IReadOnlyList<long>? Columns => (Adapter as ISingularColumnAdapter)?.Columns;

    /// <summary>The concept's own weight.</summary>
    /// <param name="weight">The base weight, [m, n].</param>
    /// <returns>[m, n].</returns>
    public Tensor MergedWeight(Tensor weight) => Adapter.MergedWeight(weight, Alpha, MergeRule.Official);

    /// <summary>Refuses concepts that cannot be fused over a weight, before anything is computed.</summary>
    internal static void Require(Tensor weight, IReadOnlyList<FusionConcept> concepts)
    {
        if (concepts.Count == 0)
        {
            throw new ArgumentException("A fusion needs at least one concept.");
        }

        if (concepts.GroupBy(concept => concept.Name).FirstOrDefault(group => group.Count() > 1) is { } repeated)
        {
            throw new ArgumentException($"The concept '{repeated.Key}' is given {repeated.Count()} times; once is needed.");
        }

        foreach (var concept in concepts)
        {
            var (m, n) = (concept.Adapter.OutFeatures, concept.Adapter.InFeatures);
            if (!weight.shape.SequenceEqual([m, n]))
            {
                throw new ArgumentException(
                    $"Concept '{concept.Name}' adapts a weight [{m}, {n}]; the base weight is [{string.Join(", ", weight.shape)}].");
            }

            using var bias = concept.Adapter.MergedBias(null);
            if (bias is not null)
            {
                throw new ArgumentException($"Concept '{concept.Name}' changes the bias too, and a fused weight has no place for that.");
            }

            if (!double.IsFinite(concept.Alpha))
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Concept '{concept.Name}': alpha is {concept.Alpha}; a finite number is needed."));
            }
        }
    }
}
