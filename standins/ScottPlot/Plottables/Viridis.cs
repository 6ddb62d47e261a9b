namespace ScottPlot;

/// <summary>The perceptually uniform map of Smith and van der Walt, by straight lines between nine of its colours.</summary>
internal static class Viridis
{
    private static readonly Color[] Stops =
    [
        new(68, 1, 84), new(71, 44, 122), new(59, 81, 139), new(44, 113, 142), new(33, 144, 141),
        new(39, 173, 129), new(92, 200, 99), new(170, 220, 50), new(253, 231, 37),
    ];

    /// <param name="fraction">0 the darkest to 1 the lightest; values outside are clamped.</param>
    public static Color GetColor(double fraction)
    {
        var position = Math.Clamp(fraction, 0, 1) * (Stops.Length - 1);
        var i = Math.Min((int)position, Stops.Length - 2);
        var (a, b, t) = (Stops[i], Stops[i + 1], position - i);
        return new Color(Mix(a.Red, b.Red), Mix(a.Green, b.Green), Mix(a.Blue, b.Blue));

        byte Mix(byte from, byte to) => (byte)Math.Round(from + ((to - from) * t));
    }
}
