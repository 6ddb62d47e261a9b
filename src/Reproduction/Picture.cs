namespace Reproduction;

/// <summary>A picture that a trial made, for the report.</summary>
/// <param name="Name">Its name within the trial: lower-case letters, digits and hyphens, such as <c>vase-on-beach</c>.</param>
/// <param name="Png">The PNG file's bytes.</param>
public sealed record Picture(string Name, ReadOnlyMemory<byte> Png);
