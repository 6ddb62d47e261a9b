using static TorchSharp.torch;

namespace SpectralAdapters.Fusion;

/// <summary>
/// How much the concepts' changes of one weight interfere when they are summed, computed from their factors in O((m + n) q^2):
/// no dense change is built.
/// </summary>
/// <param name="Energies">The squared Frobenius norm of every concept's own change.</param>
/// <param name="Pairs">Every pair of concepts.</param>
public sealed record InterferenceReport(
    IReadOnlyDictionary<string, double> Energies, IReadOnlyList<ConceptPairInterference> Pairs)
{
    /// <summary>The squared norm of the summed change: the concepts' own energies and twice every cross term.</summary>
    public double SumEnergy => Energies.Values.Sum() + CrossEnergy;

    /// <summary>The part of <see cref="SumEnergy"/> that is due to the cross terms; negative where changes cancel.</summary>
    public double CrossEnergy => 2 * Pairs.Sum(pair => pair.CrossTerm);

    /// <summary>Compares concepts over one weight.</summary>
    /// <param name="concepts">The concepts' names and their adapters of the weight, whose changes must have an exact low rank.</param>
    /// <exception cref="ArgumentException">
    /// A name is given twice, shapes differ, or a change has no exact low rank or is not finite.
    /// </exception>
    public static InterferenceReport Of(params IReadOnlyList<(string Name, Adapter Adapter)> concepts)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var parts = concepts.Select(concept => new ConceptFactors(concept.Name, concept.Adapter)).ToList();
        if (parts.FirstOrDefault(part => !part.FitsTo(parts[0])) is { } other)
        {
            throw new ArgumentException(
                $"The concepts '{parts[0].Name}' and '{other.Name}' adapt weights of the shapes {parts[0].Shape} and {other.Shape}.");
        }

        var energies = new Dictionary<string, double>();
        foreach (var part in parts)
        {
            if (!energies.TryAdd(part.Name, part.InnerProduct(part)))
            {
                throw new ArgumentException($"The concept '{part.Name}' is given twice; once is needed.");
            }
        }

        var pairs = from second in Enumerable.Range(0, parts.Count)
                    from first in Enumerable.Range(0, second)
                    select Compare(parts[first], parts[second]);
        return new InterferenceReport(energies, [.. pairs]);
    }

    private static ConceptPairInterference Compare(ConceptFactors first, ConceptFactors second) => new(
        first.Name,
        second.Name,
        PrincipalAngles.Between(first.OutputBlock, second.OutputBlock),
        PrincipalAngles.Between(first.InputBlock, second.InputBlock),
        first.InnerProduct(second),
        first.Cosine(second));
}
