using ScottPlot;
using ScottPlot.Hatches;
using ScottPlot.Plottables;

namespace Reproduction.Figures.Charts;

/// <summary>
/// Groups of bars, one bar for each method: the published value hollow, the measured one filled beside it, the reference pale.
/// </summary>
/// <param name="Groups">The groups' labels from left to right; <see cref="DataPoint.X"/> is the group's index.</param>
/// <param name="YLabel">The label of the vertical axis.</param>
/// <param name="Baseline">Where the bars stand; lower where a value lies below it.</param>
/// <param name="Largest">The largest value that there can be. Intervals are cut there and at the baseline.</param>
internal sealed record BarChart(IReadOnlyList<string> Groups, string YLabel, double Baseline, double Largest)
{
    private const double GroupWidth = 0.86;
    private const double MethodGap = 0.3;
    private const double Headroom = 0.05;
    private const double HatchLightness = 0.65;
    private const double ReferenceLightness = 0.7;

    /// <summary>Draws all series; the profile is named in the legend.</summary>
    public void Draw(Plot plot, IReadOnlyList<DataSeries> series, string profile)
    {
        var styles = MethodStyle.Assign(series.Select(one => one.Key));
        var points = series.SelectMany(one => one.Points).Where(point => !point.IsMissing).ToList();
        // By values alone: one wide interval would squeeze all others.
        var lowest = points.Min(point => point.Value);
        var highest = points.Max(point => Math.Max(point.Value, Math.Min(point.High ?? point.Value, Largest)));
        var baseline = lowest >= Baseline ? Baseline : Math.Floor(lowest / 10) * 10;
        ChartTheme.Apply(plot, "", baseline == 0 ? YLabel : $"{YLabel}, axis from {AxisTicks.Plain(baseline)}", verticalGrid: false);
        plot.Axes.Bottom.TickGenerator = AxisTicks.Named(Groups);
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        plot.Axes.Left.TickGenerator = AxisTicks.Linear(baseline, highest);
        plot.Axes.SetLimits(-0.5, Groups.Count - 0.5, baseline, highest + (Math.Max(highest - baseline, double.Epsilon) * Headroom));

        // A method without one of the two origins takes the room of one bar only.
        var bars = styles.SelectMany(style =>
            series.Where(one => one.Key == style.Key).OrderBy(one => one.Origin).Select(one => (one, style.Style))).ToList();
        var barWidth = GroupWidth / (bars.Count + (MethodGap * (styles.Count - 1)));
        var left = -GroupWidth / 2;
        foreach (var (i, (one, style)) in bars.Index())
        {
            left += i > 0 && bars[i - 1].one.Key != one.Key ? MethodGap * barWidth : 0;
            Add(plot, one, style, left + (barWidth / 2), barWidth, baseline, Largest);
            left += barWidth;
        }

        ChartTheme.Legend(plot, LegendItems(series, styles, profile));
    }

    private static void Add(Plot plot, DataSeries series, MethodStyle style, double offset, double width, double baseline, double largest)
    {
        MissingMark.Add(plot, series.Points.Where(point => point.IsMissing).Select(point => point.X + offset), style.Color);
        var bars = series.Points.Where(point => !point.IsMissing).Select(point => new Bar
        {
            Position = point.X + offset,
            Value = point.Value,
            ValueBase = baseline,
            Size = width,
            FillColor = Fill(series.Origin, style.Color),
            LineColor = style.Color,
            LineWidth = ChartTheme.ThinLineWidth,
        }).ToList();
        plot.Add.Bars(bars);
        if (series.Origin == ValueOrigin.Measured && style.Hatch is { } hatch)
        {
            plot.Add.Plottable(new StripedBars(bars, hatch, style.Color.Lighten(HatchLightness)));
        }

        var whiskers = series.Points.Where(point => point is { Low: not null, High: not null }).ToList();
        plot.Add.Plottable(new ErrorBar(
            [.. whiskers.Select(point => point.X + offset)],
            [.. whiskers.Select(point => point.Value)],
            null,
            null,
            [.. whiskers.Select(point => Math.Max(0, Math.Min(point.High!.Value, largest) - point.Value))],
            [.. whiskers.Select(point => point.Value - Math.Max(point.Low!.Value, baseline))])
        {
            Color = ChartTheme.Ink,
            LineWidth = ChartTheme.ThinLineWidth,
            CapSize = 2,
        });
    }

    private static Color Fill(ValueOrigin origin, Color color) => origin switch
    {
        ValueOrigin.Published => Colors.White,
        ValueOrigin.Reference => color.Lighten(ReferenceLightness),
        _ => color,
    };

    private static IEnumerable<LegendItem> LegendItems(
        IReadOnlyList<DataSeries> series, IReadOnlyList<(MethodKey Key, MethodStyle Style)> styles, string profile)
    {
        foreach (var (key, style) in styles)
        {
            var origin = series.Where(one => one.Key == key).Max(one => one.Origin);
            var (fill, hatch) = (Fill(origin, style.Color), origin == ValueOrigin.Measured ? style.Hatch : null);
            yield return Box(style.Label + DataSeries.RankText(series, key), fill, style.Color, hatch);
        }

        if (series.Any(one => one.Points.Any(point => point.IsMissing)))
        {
            yield return MissingMark.Legend(log: false);
        }

        if (series.Any(one => one.Origin == ValueOrigin.Published))
        {
            yield return Box(OriginText.Published, Colors.White, ChartTheme.Ink, null);
        }

        if (series.Any(one => one.Origin == ValueOrigin.Reference))
        {
            yield return Box(OriginText.Reference, Fill(ValueOrigin.Reference, ChartTheme.Ink), ChartTheme.Ink, null);
        }

        if (series.All(one => one.Origin != ValueOrigin.Measured))
        {
            yield break;
        }

        var hasIntervals = series.Any(one => one.Origin == ValueOrigin.Measured && one.Points.Any(point => point.Low is not null));
        yield return Box(OriginText.Measured(profile, hasIntervals ? "95 % interval" : null), ChartTheme.Ink, ChartTheme.Ink, null);
    }

    private static LegendItem Box(string label, Color fill, Color line, StripeDirection? hatch) => new()
    {
        LabelText = label,
        MarkerStyle = new MarkerStyle(MarkerShape.FilledSquare, ChartTheme.MarkerSize, fill)
        {
            OutlineColor = line,
            OutlineWidth = ChartTheme.ThinLineWidth,
            CustomRenderer = new BoxSymbol(hatch, line.Lighten(HatchLightness)),
        },
    };
}
