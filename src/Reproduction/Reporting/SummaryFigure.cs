namespace Reproduction.Reporting;

/// <summary>A drawn figure.</summary>
/// <param name="Id">The name of its files without extension.</param>
/// <param name="Title">The title.</param>
/// <param name="PaperReference">Where it stands in the paper.</param>
internal sealed record SummaryFigure(string Id, string Title, string PaperReference);
