namespace Reproduction;

/// <summary>Where data sets, weights and tokenizers are looked for. Nothing is read here; there are no silent fallbacks.</summary>
public sealed record Inputs
{
    /// <summary>The folder given with <c>--data</c>, or null.</summary>
    public string? Data { get; init; }

    /// <summary>The folder given with <c>--weights</c>, or null.</summary>
    public string? Weights { get; init; }

    /// <summary>The file or folder given with <c>--tokenizer</c>, or null.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>
    /// The first existing path among: <c>--data</c> itself when its name is <paramref name="name"/> or it holds
    /// <paramref name="name"/>, SPECTRAL_DATA/name, data/name of the repository. Null when there is none.
    /// </summary>
    public string? FindData(string name) => Find(Data, "SPECTRAL_DATA", name);

    /// <summary>As <see cref="FindData"/>, for <c>--weights</c> and SPECTRAL_WEIGHTS.</summary>
    public string? FindWeights(string name) => Find(Weights, "SPECTRAL_WEIGHTS", name);

    /// <summary>The places where <see cref="FindData"/> looks, in order, for an error message.</summary>
    public IReadOnlyList<string> DataPlaces(string name) => Places(Data, "SPECTRAL_DATA", name);

    /// <summary>The places where <see cref="FindWeights"/> looks, in order, for an error message.</summary>
    public IReadOnlyList<string> WeightsPlaces(string name) => Places(Weights, "SPECTRAL_WEIGHTS", name);

    /// <summary>Refuses a given folder or file that does not exist.</summary>
    /// <exception cref="UserErrorException">It does not exist.</exception>
    internal void Check()
    {
        foreach (var (option, path) in new[] { ("--data", Data), ("--weights", Weights), ("--tokenizer", Tokenizer) })
        {
            RequirePath(option, path, "a file or folder");
            if (path is not null && !Path.Exists(path))
            {
                throw new UserErrorException($"{option} {path}: there is no such file or folder (looked at {Path.GetFullPath(path)}).");
            }
        }
    }

    /// <summary>Refuses a text that can be no path.</summary>
    /// <exception cref="UserErrorException">It is empty, or has a null character.</exception>
    internal static void RequirePath(string option, string? path, string expected)
    {
        if (path is { Length: 0 } || path?.Contains('\0', StringComparison.Ordinal) == true)
        {
            throw new UserErrorException(
                $"{option}: expected {expected}, found {(path.Length == 0 ? "an empty text" : "a null character in the name")}.");
        }
    }

    private static string? Find(string? given, string variable, string name) =>
        Places(given, variable, name).FirstOrDefault(Path.Exists);

    private static List<string> Places(string? given, string variable, string name)
    {
        var places = new List<string>();
        if (given is not null)
        {
            // A folder that was named on purpose is the only place: another one must not be taken without a word.
            places.Add(Path.Combine(given, name));
            if (string.Equals(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(given))), name, StringComparison.Ordinal))
            {
                places.Add(given);
            }

            return places;
        }

        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } folder)
        {
            places.Add(Path.Combine(folder, name));
        }

        places.Add(Path.Combine(RepositoryFolder.Find(), "data", name));
        return places;
    }
}
