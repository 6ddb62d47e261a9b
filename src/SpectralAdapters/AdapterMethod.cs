namespace SpectralAdapters;

/// <summary>A registered method.</summary>
/// <param name="Default">The method with its default settings.</param>
public sealed record AdapterMethod(AdapterConfig Default)
{
    /// <summary>The method's name in files and on command lines.</summary>
    public string Name => Default.Method;

    /// <summary>The record type of its settings.</summary>
    public Type ConfigType => Default.GetType();
}
