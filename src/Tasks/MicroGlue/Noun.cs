namespace Tasks.MicroGlue;

/// <summary>A noun.</summary>
/// <param name="Singular">One of them.</param>
/// <param name="Plural">Several of them.</param>
/// <param name="Kind">What it refers to.</param>
/// <param name="Class">The singular of its hypernym; its own singular where it is a hypernym.</param>
/// <param name="Concept">The same number for synonyms.</param>
internal sealed record Noun(string Singular, string Plural, NounKind Kind, string Class, int Concept)
{
    public bool IsClass => Class == Singular;
}
