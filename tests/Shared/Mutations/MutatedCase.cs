namespace SpectralExperiments.Tests;

/// <summary>One mutated input and how it is read.</summary>
/// <param name="Description">What was changed, for the message of a failure.</param>
/// <param name="Names">An error must contain one of these texts: the file's name, the option, the key.</param>
/// <param name="Read">
/// Reads the input with the code under test. Returns true if the result is right by an independent reading of the same input, false if it
/// is another one, and lets the code's exceptions through.
/// </param>
internal sealed record MutatedCase(string Description, IReadOnlyList<string> Names, Func<bool> Read);
