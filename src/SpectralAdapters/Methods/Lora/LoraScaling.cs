namespace SpectralAdapters;

/// <summary>What multiplies LoRA's product.</summary>
public enum LoraScaling
{
    /// <summary>alpha / r (LoRA, PEFT).</summary>
    AlphaOverRank,

    /// <summary>alpha / sqrt r (rank-stabilised LoRA).</summary>
    AlphaOverSqrtRank,

    /// <summary>alpha (the official diffusion code).</summary>
    Alpha,
}
