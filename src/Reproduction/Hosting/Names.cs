using System.Globalization;

namespace Reproduction.Hosting;

/// <summary>Names and numbers of them in a message.</summary>
internal static class Names
{
    private const int Most = 10;

    /// <summary>A number of trials.</summary>
    public static string Trials(int count) => count == 1 ? "1 trial" : string.Create(CultureInfo.InvariantCulture, $"{count} trials");

    /// <summary>The first names of a list, and how many more there are.</summary>
    public static string Some(IReadOnlyCollection<string> names) => string.Join(", ", names.Take(Most))
        + (names.Count > Most ? string.Create(CultureInfo.InvariantCulture, $" and {names.Count - Most} more") : "");
}
