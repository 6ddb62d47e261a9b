using ScottPlot;
using ScottPlot.Colormaps;

namespace Reproduction.Figures.Charts;

/// <summary>The colours of the values between two limits.</summary>
/// <param name="min">The value of the darkest colour.</param>
/// <param name="max">The value of the lightest colour, greater than <paramref name="min"/>.</param>
internal sealed class ColorScale(double min, double max) : IHasColorAxis
{
    /// <inheritdoc/>
    public IColormap Colormap { get; } = new Viridis();

    /// <summary>Where a value lies between the limits: from 0 to 1.</summary>
    public double ShareOf(double value) => (value - min) / (max - min);

    /// <summary>The colour of a value.</summary>
    public Color ColorOf(double value) => Colormap.GetColor(ShareOf(value));

    /// <inheritdoc/>
    public ScottPlot.Range GetRange() => new(min, max);
}
