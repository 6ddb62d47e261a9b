namespace SpectralAdapters;

/// <summary>How a trained weight is merged, with a strength a.</summary>
public enum MergeRule
{
    /// <summary>W + a (W' - W), for every method.</summary>
    Linear,

    /// <summary>
    /// What the method's official converter does, including its surprises: a replaces LoRA's alpha, multiplies each of spectral A's
    /// parts, scales the whole weight in OFT, and leaves out SVDiff's relu.
    /// </summary>
    Official,

    /// <summary>
    /// What the authors' language-model scripts score (PEFT 0.9 and their fork), with a of 1 only: LoRA and DoRA merged in the element
    /// types
    /// of their parameters and of the weight, with a rounding at every step; spectral A through float16, its factors decomposed again from
    /// the weight. Other methods as <see cref="Linear"/>.
    /// </summary>
    Scored,
}
