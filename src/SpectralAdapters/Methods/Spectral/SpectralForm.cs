namespace SpectralAdapters;

/// <summary>How an additive spectral adapter is evaluated. Both forms stand for the same dense weight.</summary>
public enum SpectralForm
{
    /// <summary>The base weight stays as it is and the change is added, in rank 2r. The start is the base bit for bit.</summary>
    Delta,

    /// <summary>The chosen columns are taken out of a copy of the weight and the tuned ones added, in rank r: LoRA's cost.</summary>
    Residual,
}
