using System.Globalization;

namespace Reproduction.Hosting;

/// <summary>The trials that <c>--filter method=lora,spectral-a,task=rte</c> selects.</summary>
internal sealed class TrialFilter
{
    private static readonly Dictionary<string, Func<Trial, string>> Keys = new(StringComparer.Ordinal)
    {
        ["method"] = trial => trial.Method,
        ["variant"] = trial => trial.Variant,
        ["task"] = trial => trial.Task,
        ["rank"] = trial => trial.Rank?.ToString(CultureInfo.InvariantCulture) ?? "",
        ["seed"] = trial => trial.Seed.ToString(CultureInfo.InvariantCulture),
    };

    private const string VariantKey = "variant";

    private readonly Dictionary<string, HashSet<string>> _wanted = new(StringComparer.Ordinal);

    /// <exception cref="UserErrorException">A key is unknown, a value is empty, or one stands before the first key.</exception>
    public TrialFilter(IReadOnlyList<string> texts)
    {
        foreach (var text in texts)
        {
            var key = "";
            var tokens = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (tokens.Length == 0)
            {
                throw new UserErrorException(
                    text.Length == 0 ? "--filter: expected key=value, found an empty text." : $"--filter {text}: expected key=value.");
            }

            foreach (var token in tokens)
            {
                var parts = token.Split('=', 2);

                // A variant's value, such as learning_rate=0.001, has an equals sign of its own.
                var isValue = parts.Length == 1 || (key == VariantKey && !Keys.ContainsKey(parts[0]));
                (key, var value) = isValue ? (key, token) : (parts[0], parts[1]);
                if (!Keys.ContainsKey(key))
                {
                    throw new UserErrorException(key.Length == 0
                        ? $"--filter {text}: found \"{token}\" without a key, expected key=value."
                        : $"--filter {text}: unknown key \"{key}\"; known: {string.Join(", ", Keys.Keys)}.");
                }

                if (value.Length == 0)
                {
                    throw new UserErrorException($"--filter {text}: found no value of {key}, expected {key}=value.");
                }

                _wanted.TryAdd(key, new HashSet<string>(StringComparer.Ordinal));
                _wanted[key].Add(value);
            }
        }
    }

    /// <summary>The selected trials, in their order.</summary>
    /// <exception cref="UserErrorException">A value belongs to no trial, or no trial has all the wanted values together.</exception>
    public IReadOnlyList<PlannedTrial> Apply(IReadOnlyList<PlannedTrial> trials) =>
        Selected(trials, planned => planned.Trial, "trial");

    /// <summary>The values of the selected trials, in their order.</summary>
    /// <exception cref="UserErrorException">A value belongs to no result, or no result has all the wanted values together.</exception>
    public IReadOnlyList<ResultRow> Apply(IReadOnlyList<ResultRow> rows) => Selected(rows, row => row.Trial, "result");

    private List<T> Selected<T>(IReadOnlyList<T> items, Func<T, Trial> trialOf, string what)
    {
        if (items.Count == 0 && _wanted.Count > 0)
        {
            throw new UserErrorException($"--filter: found no {what}s to select from.");
        }

        foreach (var (key, values) in _wanted)
        {
            var known = items.Select(item => Keys[key](trialOf(item))).Where(value => value.Length > 0).Distinct().ToList();
            foreach (var value in values.Where(value => !known.Contains(value)))
            {
                throw new UserErrorException(known.Count == 0
                    ? $"--filter: no {what} has a {key}."
                    : $"--filter: no {what} has {key}={value}; known: {string.Join(", ", known)}.");
            }
        }

        var selected = items.Where(item => _wanted.All(entry => entry.Value.Contains(Keys[entry.Key](trialOf(item))))).ToList();
        return selected.Count > 0 || _wanted.Count == 0
            ? selected
            : throw new UserErrorException($"--filter: no {what} has all these values together.");
    }
}
