using Reproduction;
using Reproduction.Published;

namespace Experiments.Shared;

/// <summary>The hyperparameters of a published table of settings, as data/published has them.</summary>
public sealed class PublishedSettings
{
    private readonly string _artefact;
    private readonly IReadOnlyDictionary<(string Method, string Task, string Name), double> _values;

    private PublishedSettings(string artefact, IEnumerable<PublishedValue> values)
    {
        _artefact = artefact;
        _values = values.ToDictionary(value => (value.Method, value.Task, value.Metric), value => value.Value);
    }

    /// <summary>Reads a table.</summary>
    /// <param name="artefact">The table, such as <c>table4</c>.</param>
    /// <exception cref="UserErrorException">The file is missing or broken.</exception>
    public static PublishedSettings Load(string artefact) =>
        new(artefact, PublishedTable.Load(Path.Combine(RepositoryFolder.Find(), "data", "published"), [artefact]));

    /// <summary>A setting of a method on a task.</summary>
    /// <exception cref="UserErrorException">The table has no such value.</exception>
    public double Get(string method, string task, string name) => _values.TryGetValue((method, task, name), out var value)
        ? value
        : throw new UserErrorException($"data/published: found no {name} of {method} on {task} in {_artefact}, expected one.");
}
