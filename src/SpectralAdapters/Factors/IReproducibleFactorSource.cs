namespace SpectralAdapters.Factors;

/// <summary>A source whose factors follow from the weight, the columns and its own settings alone, so that they can be kept.</summary>
public interface IReproducibleFactorSource : ISingularFactorSource
{
    /// <summary>The method and all settings that change the factors, as a text: the same text, the same factors.</summary>
    string Recipe { get; }
}
