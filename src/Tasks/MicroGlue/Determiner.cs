namespace Tasks.MicroGlue;

/// <summary>The beginning of a noun phrase.</summary>
internal enum Determiner
{
    The,
    A,
    Every,
    No,
    ThePlural,
}
