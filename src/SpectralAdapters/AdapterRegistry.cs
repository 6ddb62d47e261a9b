using System.Collections.Frozen;

namespace SpectralAdapters;

/// <summary>Every adapter method, by name. A new method is a folder under Methods and one line here.</summary>
public static class AdapterRegistry
{
    /// <summary>The methods in the order of the paper's tables.</summary>
    public static IReadOnlyList<AdapterMethod> Methods { get; } =
    [
        new(new FullConfig()),
        new(new HeadOnlyConfig()),
        new(new LoraConfig()),
        new(new DoraConfig()),
        new(new OftConfig()),
        new(new AdaLoraConfig()),
        new(new VeraConfig()),
        new(new LidbConfig()),
        new(new SvdiffConfig()),
        new(new OrthogonalAdaptationConfig()),
        new(new SpectralAConfig()),
        new(new SpectralRConfig()),
    ];

    private static FrozenDictionary<string, AdapterMethod> ByName { get; } = Methods.ToFrozenDictionary(method => method.Name);

    /// <summary>The method of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the names.</exception>
    public static AdapterMethod Find(string name) =>
        ByName.TryGetValue(name, out var method)
            ? method
            : throw new ArgumentException(
                $"Unknown adapter method '{name}'; known are {string.Join(", ", Methods.Select(known => known.Name))}.");
}
