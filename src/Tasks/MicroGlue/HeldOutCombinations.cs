namespace Tasks.MicroGlue;

/// <summary>
/// The pairs of meanings that are reserved for the development split, so that it tests known words in combinations that
/// never occur in training.
/// </summary>
internal static class HeldOutCombinations
{
    private const uint HeldOutShare = 5;

    /// <summary>Whether one pair of concepts, such as a subject and a verb, belongs to the development split.</summary>
    public static bool Contains(int first, int second)
    {
        var mixed = unchecked((((uint)first * 0x9E3779B1) ^ (uint)second) * 0x85EBCA77);
        return (mixed ^ (mixed >> 15)) % HeldOutShare == 0;
    }
}
