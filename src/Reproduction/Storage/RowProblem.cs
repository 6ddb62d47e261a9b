namespace Reproduction.Storage;

/// <summary>What is wrong with a value.</summary>
/// <param name="Found">The column and what stands in it, such as <c>seed "-1"</c>.</param>
/// <param name="Expected">What should.</param>
internal sealed record RowProblem(string Found, string Expected);
