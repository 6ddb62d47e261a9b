namespace Tasks.MicroGlue;

/// <summary>A verb in one frame: who does it, and to what.</summary>
/// <param name="Base">Its infinitive.</param>
/// <param name="Past">Its past tense.</param>
/// <param name="Participle">Its past participle.</param>
/// <param name="Subjects">The kinds that do it.</param>
/// <param name="Object">The kind it is done to; null for an intransitive verb.</param>
/// <param name="Concept">The same number for synonyms.</param>
/// <param name="Opposite">The concept of its opposites, if it has any.</param>
internal sealed record Verb(
    string Base, string Past, string Participle, IReadOnlyList<NounKind> Subjects, NounKind? Object, int Concept, int? Opposite)
{
    /// <summary>The third person singular of the present tense.</summary>
    public string ThirdPerson => Morphology.WithS(Base);
}
