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

    private readonly Dictionary<string, HashSet<string>> _wanted = new(StringComparer.Ordinal);

    /// <exception cref="UserErrorException">A key is unknown, or a value stands before the first key.</exception>
    public TrialFilter(IReadOnlyList<string> texts)
    {
        foreach (var text in texts)
        {
            var key = "";
            foreach (var token in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                var parts = token.Split('=', 2);
                key = parts.Length == 2 ? parts[0] : key;
                if (!Keys.ContainsKey(key))
                {
                    throw new UserErrorException(key.Length == 0
                        ? $"--filter {text}: found \"{token}\" without a key, expected key=value."
                        : $"--filter {text}: unknown key \"{key}\"; known: {string.Join(", ", Keys.Keys)}.");
                }

                _wanted.TryAdd(key, new HashSet<string>(StringComparer.Ordinal));
                _wanted[key].Add(parts[^1]);
            }
        }
    }

    /// <summary>The selected trials, in their order.</summary>
    /// <exception cref="UserErrorException">A value belongs to no trial, or no trial has all the wanted values together.</exception>
    public IReadOnlyList<PlannedTrial> Apply(IReadOnlyList<PlannedTrial> trials)
    {
        foreach (var (key, values) in _wanted)
        {
            var known = trials.Select(planned => Keys[key](planned.Trial)).Distinct().ToList();
            foreach (var value in values.Where(value => !known.Contains(value)))
            {
                throw new UserErrorException($"--filter: no trial has {key}={value}; known: {string.Join(", ", known)}.");
            }
        }

        var selected = trials.Where(planned => _wanted.All(entry => entry.Value.Contains(Keys[entry.Key](planned.Trial)))).ToList();
        return selected.Count > 0
            ? selected
            : throw new UserErrorException("--filter: no trial has all these values together.");
    }
}
