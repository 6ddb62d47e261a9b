namespace Reproduction.Figures;

/// <summary>Whether a value is the paper's or ours.</summary>
internal enum ValueOrigin
{
    Published,
    Measured,
}
