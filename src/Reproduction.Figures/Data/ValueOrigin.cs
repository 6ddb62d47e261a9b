namespace Reproduction.Figures;

/// <summary>Where a value comes from, in the order in which values are drawn.</summary>
internal enum ValueOrigin
{
    /// <summary>The paper.</summary>
    Published,

    /// <summary>The results that come with the repository.</summary>
    Reference,

    /// <summary>The user's own results.</summary>
    Measured,
}
