namespace SpectralAdapters;

/// <summary>How the rotational spectral adapter scales the singular values of its columns.</summary>
public enum SingularScale
{
    /// <summary>S (1 + c), c trained from 0: weight decay pulls towards the base.</summary>
    OnePlus,

    /// <summary>S C, C trained from 1, as the official code has it: weight decay pulls the singular values towards 0.</summary>
    Multiplicative,

    /// <summary>S stays; the adapter only rotates and keeps every singular value of the weight.</summary>
    Fixed,
}
