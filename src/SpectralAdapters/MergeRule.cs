namespace SpectralAdapters;

/// <summary>What merging with a strength a other than 1 means.</summary>
public enum MergeRule
{
    /// <summary>W + a (W' - W), for every method.</summary>
    Linear,

    /// <summary>
    /// What the method's official converter does, including its surprises: a replaces LoRA's alpha, multiplies each of spectral A's
    /// parts, scales the whole weight in OFT, and leaves out SVDiff's relu.
    /// </summary>
    Official,
}
