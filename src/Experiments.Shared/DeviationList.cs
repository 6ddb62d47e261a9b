using Reproduction;

namespace Experiments.Shared;

/// <summary>
/// How the runs of an experiment differ from the authors': the list items of deviations.md beside its code, each with the conditions
/// under which it holds. An item is one line, <c>- [mini|mini-data, !max_length] Text.</c>: at both profiles, unless
/// max_length is given. A condition is a profile, a setting that is given, or what the experiment says is on.
/// </summary>
public static class DeviationList
{
    private const string FileName = "deviations.md";
    private const string Item = "- [";

    /// <summary>The texts that hold for a run.</summary>
    /// <param name="experiment">The experiment's type: the file is a resource of its program.</param>
    /// <param name="options">The run.</param>
    /// <param name="on">Conditions that hold beside the profile and the settings that are given.</param>
    /// <exception cref="InvalidDataException">A line is not an item.</exception>
    public static IReadOnlyList<string> Of(Type experiment, RunOptions options, IEnumerable<string> on)
    {
        using var stream = experiment.Assembly.GetManifestResourceStream(FileName)
            ?? throw new InvalidDataException($"{experiment.Assembly.GetName().Name}: found no resource {FileName}.");
        using var reader = new StreamReader(stream);
        return Read(reader.ReadToEnd(), [options.Profile.Name, .. options.Settings.GivenNames, .. on]);
    }

    /// <summary>The texts of a list that hold under some conditions.</summary>
    /// <exception cref="InvalidDataException">As <see cref="Of"/>.</exception>
    public static IReadOnlyList<string> Read(string text, IReadOnlyCollection<string> on)
    {
        var found = new List<string>();
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#')))
        {
            var end = line.IndexOf(']', StringComparison.Ordinal);
            if (!line.StartsWith(Item, StringComparison.Ordinal) || end < 0)
            {
                throw new InvalidDataException($"{FileName}: found \"{line}\", expected \"{Item}conditions] text\".");
            }

            if (Holds(line[Item.Length..end], on))
            {
                found.Add(line[(end + 1)..].Trim());
            }
        }

        return found;
    }

    // Profiles are alternatives, everything else is required.
    private static bool Holds(string conditions, IReadOnlyCollection<string> on)
    {
        var terms = conditions.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return terms.All(term => term.Split('|', StringSplitOptions.TrimEntries)
            .Any(choice => choice.StartsWith('!') ? !on.Contains(choice[1..]) : on.Contains(choice)));
    }
}
