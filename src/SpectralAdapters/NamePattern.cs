using System.Text.RegularExpressions;

namespace SpectralAdapters;

/// <summary>
/// Regular expressions over the names of a model's layers. They come with the files of others, and one such as <c>(.*)*x</c> would be
/// tried for years.
/// </summary>
internal static class NamePattern
{
    private const RegexOptions Options = RegexOptions.CultureInvariant;

    // A thousand times what any expression takes that somebody means.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    public static Regex Create(string expression) => new(expression, Options, Longest);

    /// <exception cref="ArgumentException">The expression takes too long.</exception>
    public static Match Match(Regex expression, string name)
    {
        try
        {
            return expression.Match(name);
        }
        catch (RegexMatchTimeoutException exception)
        {
            throw TooLong(exception);
        }
    }

    /// <exception cref="ArgumentException">It is no regular expression, or takes too long.</exception>
    public static bool IsMatch(string expression, string name)
    {
        try
        {
            return Regex.IsMatch(name, expression, Options, Longest);
        }
        catch (RegexMatchTimeoutException exception)
        {
            throw TooLong(exception);
        }
    }

    private static ArgumentException TooLong(RegexMatchTimeoutException exception) => new(
        $"The regular expression '{exception.Pattern}' has no answer for '{exception.Input}' within {Longest.TotalSeconds} s; expected one "
        + "without repetitions of repetitions.",
        exception);
}
