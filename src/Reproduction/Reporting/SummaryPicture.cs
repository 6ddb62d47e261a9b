namespace Reproduction.Reporting;

/// <summary>A picture that a trial made.</summary>
/// <param name="Title">The trial and the picture's name.</param>
/// <param name="Path">Its path relative to the summary's folder.</param>
internal sealed record SummaryPicture(string Title, string Path);
