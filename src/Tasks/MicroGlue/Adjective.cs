namespace Tasks.MicroGlue;

/// <summary>An adjective, an adverb of manner or a judgement of a film.</summary>
/// <param name="Text">The word.</param>
/// <param name="Concept">The same number for synonyms.</param>
/// <param name="Opposite">The concept of its opposites, if it has any.</param>
internal sealed record Adjective(string Text, int Concept, int? Opposite)
{
    /// <summary>
    /// Whether the word is written to the left of its opposites in the lexicon: among judgements of a film, the favourable ones.
    /// </summary>
    public bool IsLeft => Opposite > Concept;
}
