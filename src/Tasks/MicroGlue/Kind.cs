namespace Tasks.MicroGlue;

/// <summary>What a noun names; verbs and adjectives go with some kinds only.</summary>
internal enum Kind
{
    Person,
    Animal,
    Food,
    Thing,
    Place,
}
