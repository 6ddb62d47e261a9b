using System.Text.Json.Nodes;

namespace SpectralAdapters.Files.Peft;

/// <summary>A kind of adapter that can be written for PEFT, too.</summary>
internal abstract class WritablePeftFormat : PeftFormat
{
    /// <summary>Whether this format writes adapters of a config.</summary>
    public abstract bool Fits(AdapterConfig config);

    /// <summary>PEFT's settings for ours, without those that every kind has.</summary>
    /// <param name="config">Our settings.</param>
    /// <param name="layers">The adapted layers' full names.</param>
    public abstract JsonObject Write(AdapterConfig config, IReadOnlyCollection<string> layers);
}
