using System.CommandLine;

namespace Reproduction.Hosting;

/// <summary>The words of a command line with the verb in front, wherever the user put it, so that every option belongs to it.</summary>
internal static class CommandWords
{
    /// <summary>Puts the verb in front.</summary>
    /// <param name="words">The words as they were given.</param>
    /// <param name="verbs">The verbs with the options that each takes; the first one is run where none is given.</param>
    /// <param name="repeatable">The options that may be given several times.</param>
    /// <exception cref="UserErrorException">An option has no value, has no effect with the verb, or is given twice.</exception>
    public static IReadOnlyList<string> Ordered(
        IReadOnlyList<string> words, IReadOnlyList<(string Verb, Option[] Options)> verbs, IReadOnlyCollection<Option> repeatable)
    {
        var options = verbs.SelectMany(entry => entry.Options).Distinct().ToDictionary(option => option.Name, StringComparer.Ordinal);
        var given = new List<Option>();
        int? at = null;
        for (var i = 0; i < words.Count; i++)
        {
            if (options.GetValueOrDefault(words[i].Split('=', 2)[0]) is { } option)
            {
                given.Add(option);
                if (option.ValueType != typeof(bool) && !words[i].Contains('=', StringComparison.Ordinal))
                {
                    // The parser takes a repeated option without a value for none at all.
                    i = i + 1 < words.Count && !options.ContainsKey(words[i + 1])
                        ? i + 1
                        : throw new UserErrorException($"{option.Name}: expected a value, found none. See --help.");
                }
            }
            else if (at is null && verbs.Any(entry => entry.Verb == words[i]))
            {
                at = i;
            }
        }

        var (verb, taken) = at is { } found ? verbs.Single(entry => entry.Verb == words[found]) : verbs[0];
        return given.Find(option => !taken.Contains(option)) is { } useless
                ? throw new UserErrorException($"{useless.Name}: has no effect with {verb}.")
            : given.Except(repeatable).FirstOrDefault(option => given.Count(other => other == option) > 1) is { } twice
                ? throw new UserErrorException($"{twice.Name}: given twice.")
            : at is null ? words
            : [verb, .. words.Where((_, i) => i != at)];
    }
}
