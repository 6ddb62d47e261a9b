using Reproduction.Published;

namespace Reproduction;

/// <summary>All that figures and reports read: stored results, and the reference and published values beside them.</summary>
/// <param name="Experiment">The experiment's id.</param>
/// <param name="Profile">The profile's name.</param>
/// <param name="Rows">Measured and derived values.</param>
/// <param name="Published">The published values of the experiment's artefacts.</param>
public sealed record ResultSet(
    string Experiment, string Profile, IReadOnlyList<ResultRow> Rows, IReadOnlyList<PublishedValue> Published)
{
    /// <summary>
    /// The reference values of the same profile that come with the repository, and values derived from them; empty where there are
    /// none, and where the reference itself is shown.
    /// </summary>
    public IReadOnlyList<ResultRow> Reference { get; init; } = [];
}
