namespace Reproduction.Statistics;

/// <summary>An interval of a statistic.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>Half the width.</summary>
    public double HalfWidth => (High - Low) / 2;

    /// <summary>Whether the interval holds a value; its ends belong to it.</summary>
    public bool Contains(double value) => value >= Low && value <= High;
}
