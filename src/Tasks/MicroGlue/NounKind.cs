namespace Tasks.MicroGlue;

/// <summary>What a noun refers to; verbs and adjectives combine with some kinds only.</summary>
internal enum NounKind
{
    Person,
    Animal,
    Food,
    Thing,
    Place,
}
