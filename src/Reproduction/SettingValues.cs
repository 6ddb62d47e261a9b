using System.Globalization;
using Reproduction.Hosting.Slurm;

namespace Reproduction;

/// <summary>The settings given with <c>--set</c>, checked against those that the experiment declares.</summary>
public sealed class SettingValues
{
    private readonly IReadOnlyDictionary<string, Setting> _declared;
    private readonly SortedDictionary<string, object> _given = new(StringComparer.Ordinal);

    /// <param name="settings">What the experiment declares.</param>
    /// <param name="assignments">Texts of the form <c>name=value</c>.</param>
    /// <exception cref="UserErrorException">A name is unknown or given twice, or a value has the wrong type.</exception>
    public SettingValues(IReadOnlyList<Setting> settings, IReadOnlyList<string> assignments)
    {
        _declared = settings.ToDictionary(setting => setting.Name, StringComparer.Ordinal);
        foreach (var assignment in assignments)
        {
            var parts = assignment.Split('=', 2);
            if (parts.Length != 2)
            {
                throw new UserErrorException($"--set {assignment}: expected key=value.");
            }

            if (!_declared.TryGetValue(parts[0], out var setting))
            {
                if (parts[0].StartsWith(SlurmOptions.Prefix, StringComparison.Ordinal))
                {
                    throw new UserErrorException($"--set {assignment}: has no effect without --launcher slurm.");
                }

                throw new UserErrorException(
                    $"--set {assignment}: unknown key \"{parts[0]}\"; known: {Known()}.");
            }

            if (!_given.TryAdd(setting.Name, setting.Parse(parts[1])))
            {
                throw new UserErrorException($"--set {assignment}: \"{parts[0]}\" is set twice.");
            }
        }
    }

    /// <summary>The value given by the user, or <paramref name="orElse"/>.</summary>
    /// <exception cref="ArgumentException">The experiment does not declare the setting, or not with this type.</exception>
    public T Get<T>(string name, T orElse)
        where T : IParsable<T>
    {
        if (!_declared.TryGetValue(name, out var setting) || setting.Type != typeof(T))
        {
            throw new ArgumentException($"The experiment declares no setting \"{name}\" of type {typeof(T).Name}.", nameof(name));
        }

        return _given.TryGetValue(name, out var value) ? (T)value : orElse;
    }

    /// <summary>Whether the user gave this setting.</summary>
    public bool IsGiven(string name) => _given.ContainsKey(name);

    /// <summary>The names of the settings that the user gave.</summary>
    public IReadOnlyCollection<string> GivenNames => _given.Keys;

    /// <summary>What the user gave, as <c>name=value</c>; empty where nothing was.</summary>
    public string Given =>
        string.Join(", ", _given.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key}={entry.Value}")));

    private string Known() => _declared.Count == 0 ? "none" : string.Join(", ", _declared.Keys.Order(StringComparer.Ordinal));
}
