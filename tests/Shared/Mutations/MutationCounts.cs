namespace SpectralExperiments.Tests;

/// <summary>What became of the mutated inputs of one family.</summary>
internal sealed record MutationCounts(string Family, int Seed, int NamedErrors, int Right, IReadOnlyList<string> Faults)
{
    public override string ToString() =>
        $"{Family}, seed {Seed}: {NamedErrors} named errors, {Right} right results, {Faults.Count} anything else";
}
