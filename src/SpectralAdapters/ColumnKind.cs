namespace SpectralAdapters;

/// <summary>How the columns of the singular factors are chosen.</summary>
public enum ColumnKind
{
    /// <summary>The largest singular values.</summary>
    Top,

    /// <summary>The smallest singular values.</summary>
    Bottom,

    /// <summary>The largest ones after leaving out some.</summary>
    Skip,

    /// <summary>One of consecutive blocks of equal size: the fusion experiments' concept index.</summary>
    Block,

    /// <summary>The columns of an explicit list.</summary>
    List,
}
