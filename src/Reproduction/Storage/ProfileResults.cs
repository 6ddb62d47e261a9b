namespace Reproduction.Storage;

/// <summary>The stored results of one profile.</summary>
/// <param name="Path">The file they were read from.</param>
/// <param name="Rows">Its values.</param>
public sealed record ProfileResults(string Path, IReadOnlyList<ResultRow> Rows);
