namespace Tasks.MicroGlue;

/// <summary>A determiner, an adjective or none, and a noun.</summary>
internal sealed record NounPhrase(Determiner Determiner, Noun Noun, Adjective? Adjective = null)
{
    public bool IsPlural => Determiner >= Determiner.ThePlural;

    /// <inheritdoc/>
    public override string ToString()
    {
        var noun = IsPlural ? Noun.Plural : Noun.Singular;
        var words = Adjective is null ? noun : $"{Adjective.Text} {noun}";
        var determiner = Determiner switch
        {
            Determiner.A => Morphology.Article(words),
            Determiner.ThePlural => "the",
            _ => Determiner.ToString().ToLowerInvariant(),
        };
        return $"{determiner} {words}";
    }
}
