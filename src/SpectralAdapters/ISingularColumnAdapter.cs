namespace SpectralAdapters;

/// <summary>An adapter that tunes some singular triplets of its weight and leaves the others as they are.</summary>
internal interface ISingularColumnAdapter
{
    /// <summary>The tuned columns, counted from 0 in order of falling singular value.</summary>
    IReadOnlyList<long> Columns { get; }

    /// <summary>The triplets in their trained state: W' is W without the frozen triplets, plus the product of these.</summary>
    SingularFactors Tuned();
}
