namespace Tasks.MicroGlue;

/// <summary>
/// Which pairs of meanings the development split keeps for itself, so that it asks for known words in combinations that
/// training never showed.
/// </summary>
internal static class Combination
{
    private const uint HeldOutShare = 5;

    /// <summary>Whether one pair of concepts, such as a subject and a verb, belongs to the development split.</summary>
    public static bool IsHeldOut(int first, int second)
    {
        var mixed = unchecked((((uint)first * 0x9E3779B1) ^ (uint)second) * 0x85EBCA77);
        return (mixed ^ (mixed >> 15)) % HeldOutShare == 0;
    }
}
