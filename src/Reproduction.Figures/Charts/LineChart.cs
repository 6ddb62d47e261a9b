using ScottPlot;
using ScottPlot.Plottables;

namespace Reproduction.Figures.Charts;

/// <summary>Values against a number, one line for each method: measured ones as lines, published ones as hollow markers.</summary>
/// <param name="XLabel">The label of the horizontal axis.</param>
/// <param name="YLabel">The label of the vertical axis.</param>
/// <param name="LogX">Whether the horizontal axis is logarithmic.</param>
/// <param name="LogY">Whether the vertical axis is logarithmic.</param>
/// <param name="Bands">Whether intervals are drawn as bands; else as whiskers.</param>
/// <param name="Interval">What the intervals of measured values are, in words.</param>
internal sealed record LineChart(string XLabel, string YLabel, bool LogX, bool LogY, bool Bands, string Interval)
{
    private const double Margin = 0.04;
    private const double BandOpacity = 0.18;
    private const int MarkersPerCurve = 8;
    private const int ManyPoints = 25;
    private const int FewTicks = 12;
    private const double DodgeShare = 0.3;
    private const double WhiskerOpacity = 0.6;
    private const double TraceOpacity = 0.3;
    private const double ReferenceOpacity = 0.4;

    /// <summary>Draws all series; the profile is named in the legend.</summary>
    public void Draw(Plot plot, IReadOnlyList<DataSeries> series, string profile)
    {
        ChartTheme.Apply(plot, XLabel, YLabel, verticalGrid: true);
        var styles = MethodStyle.Assign(series.Select(one => one.Key));
        double[] xs = [.. series.SelectMany(one => one.Points).Select(point => point.X).Distinct().Order()];
        SetAxis(plot.Axes.Bottom, xs, LogX, plot.Axes.SetLimitsX);
        var dodge = 0.0;
        if (!LogX && AreCheckpoints(xs, out var spacing))
        {
            plot.Axes.Bottom.TickGenerator = AxisTicks.At(xs);

            // Whiskers of several methods at the same place would hide each other: they stand side by side.
            dodge = Bands ? 0 : DodgeShare * spacing;
        }

        // The intervals of the reference are not drawn.
        var ys = series.SelectMany(one => one.Points.Concat(one.Trace).Select(point => (one.Origin, Point: point)))
            .Where(entry => !entry.Point.IsMissing)
            .SelectMany(entry => entry.Origin == ValueOrigin.Reference
                ? (double[])[entry.Point.Value]
                : [entry.Point.Value, entry.Point.Low ?? entry.Point.Value, entry.Point.High ?? entry.Point.Value]);
        SetAxis(plot.Axes.Left, ys, LogY, plot.Axes.SetLimitsY);

        // Measured values lie on top, and among them the method that the paper proposes (the last one).
        foreach (var origin in Enum.GetValues<ValueOrigin>())
        {
            foreach (var (i, (key, style)) in styles.Index())
            {
                foreach (var one in series.Where(one => one.Key == key && one.Origin == origin))
                {
                    var shift = (i - ((styles.Count - 1) / 2.0)) / styles.Count * dodge;
                    MissingMark.Add(
                        plot, one.Points.Where(point => point.IsMissing).Select(point => At(point.X, LogX) + shift), style.Color);
                    foreach (var part in one.WithoutGaps())
                    {
                        Add(plot, part, style, (double)i / styles.Count, shift);
                    }
                }
            }
        }

        ChartTheme.Legend(plot, LegendItems(series, styles, profile));
    }

    private static double At(double value, bool log) => log ? Math.Log10(value) : value;

    private static void SetAxis(IAxis axis, IEnumerable<double> values, bool log, Action<double, double> setLimits)
    {
        var all = values.ToList();
        var (min, max) = (At(all.Min(), log), At(all.Max(), log));
        var pad = max > min ? (max - min) * Margin : Math.Max(Math.Abs(max) * Margin, Margin);
        (min, max) = (min - pad, max + pad);
        setLimits(min, max);
        axis.TickGenerator = log ? AxisTicks.Log(Math.Pow(10, min), Math.Pow(10, max)) : AxisTicks.Linear(min, max);
    }

    // A few places far enough apart to be labelled each; the smallest distance between them.
    private static bool AreCheckpoints(double[] xs, out double spacing)
    {
        spacing = xs.Zip(xs.Skip(1), (a, b) => b - a).DefaultIfEmpty(0).Min();
        return xs.Length <= FewTicks && (xs.Length == 1 || spacing >= (xs[^1] - xs[0]) / (FewTicks + 1));
    }

    private void Add(Plot plot, DataSeries series, MethodStyle style, double phase, double shift)
    {
        double[] xs = [.. series.Points.Select(point => At(point.X, LogX) + shift)];
        double[] ys = [.. series.Points.Select(point => At(point.Value, LogY))];
        if (series.Origin == ValueOrigin.Reference)
        {
            AddReference(plot, style, xs, ys);
            return;
        }

        AddIntervals(plot, series, style, xs, ys);
        if (series.Trace.Count > 0)
        {
            var trace = series.Trace.Select(point => At(point.Value, LogY)).ToArray();
            plot.Add.ScatterLine(xs, trace, style.Color.WithAlpha(TraceOpacity)).LineWidth = ChartTheme.ThinLineWidth;
        }

        if (series.Origin == ValueOrigin.Published)
        {
            var published = plot.Add.Scatter(xs, ys, style.Color);
            published.LineWidth = ChartTheme.ThinLineWidth;
            published.LinePattern = LinePattern.Dotted;
            published.MarkerShape = style.Open;
            published.MarkerSize = ChartTheme.MarkerSize;
            published.MarkerLineWidth = ChartTheme.ThinLineWidth;
            return;
        }

        var line = plot.Add.ScatterLine(xs, ys, style.Color);
        line.LineWidth = ChartTheme.LineWidth;
        line.LinePattern = style.Pattern;

        // Curves of many points carry a few markers only, at other places for each method.
        int[] marked = [.. xs.Length <= ManyPoints
            ? Enumerable.Range(0, xs.Length)
            : Enumerable.Range(0, MarkersPerCurve).Select(i => (int)((i + phase) * xs.Length / MarkersPerCurve))];
        var markers = plot.Add.ScatterPoints(marked.Select(i => xs[i]).ToArray(), marked.Select(i => ys[i]).ToArray(), style.Color);
        markers.MarkerStyle.CustomRenderer = new SolidMarker(style.Filled);
        markers.MarkerSize = ChartTheme.MarkerSize;
    }

    // Pale, so that the user's own values stand out before it.
    private static void AddReference(Plot plot, MethodStyle style, double[] xs, double[] ys)
    {
        var line = plot.Add.ScatterLine(xs, ys, style.Color.WithAlpha(ReferenceOpacity));
        line.LineWidth = ChartTheme.LineWidth;
        if (xs.Length == 1)
        {
            plot.Add.ScatterPoints(xs, ys, style.Color.WithAlpha(ReferenceOpacity)).MarkerSize = ChartTheme.MarkerSize;
        }
    }

    private void AddIntervals(Plot plot, DataSeries series, MethodStyle style, double[] xs, double[] ys)
    {
        double[] lows = [.. series.Points.Select(point => At(point.Low ?? point.Value, LogY))];
        double[] highs = [.. series.Points.Select(point => At(point.High ?? point.Value, LogY))];
        if (lows.SequenceEqual(highs) || (Bands && series.Origin == ValueOrigin.Published))
        {
            return;
        }

        if (Bands)
        {
            var band = plot.Add.FillY(xs, lows, highs);
            band.FillColor = style.Color.WithAlpha(BandOpacity);
            band.LineWidth = 0;
            return;
        }

        plot.Add.Plottable(new ErrorBar(
            xs, ys, null, null, [.. highs.Zip(ys, (high, y) => high - y)], [.. lows.Zip(ys, (low, y) => y - low)])
        {
            Color = style.Color.WithAlpha(WhiskerOpacity),
            LineWidth = ChartTheme.ThinLineWidth,
        });
    }

    private IEnumerable<LegendItem> LegendItems(
        IReadOnlyList<DataSeries> series, IReadOnlyList<(MethodKey Key, MethodStyle Style)> styles, string profile)
    {
        foreach (var (key, style) in styles)
        {
            var origin = series.Where(one => one.Key == key).Max(one => one.Origin);
            yield return new LegendItem
            {
                LabelText = style.Label + DataSeries.RankText(series, key),
                LineColor = origin == ValueOrigin.Reference ? style.Color.WithAlpha(ReferenceOpacity) : style.Color,
                LinePattern = origin switch
                {
                    ValueOrigin.Published => LinePattern.Dotted,
                    ValueOrigin.Reference => LinePattern.Solid,
                    _ => style.Pattern,
                },
                LineWidth = origin == ValueOrigin.Published ? ChartTheme.ThinLineWidth : ChartTheme.LineWidth,
                MarkerStyle = origin switch
                {
                    ValueOrigin.Published => Marker(style.Open, style.Color),
                    ValueOrigin.Reference => MarkerStyle.None,
                    _ => Marker(style.Filled, style.Color),
                },
            };
        }

        if (series.Any(one => one.Points.Any(point => point.IsMissing)))
        {
            yield return MissingMark.Legend(LogY);
        }

        if (series.Any(one => one.Origin == ValueOrigin.Published))
        {
            yield return Neutral(OriginText.Published, MarkerShape.OpenCircle, ChartTheme.ThinLineWidth, LinePattern.Dotted);
        }

        if (series.Any(one => one.Origin == ValueOrigin.Reference))
        {
            var pale = Neutral(OriginText.Reference, MarkerShape.None, ChartTheme.LineWidth, LinePattern.Solid);
            pale.LineColor = ChartTheme.Ink.WithAlpha(ReferenceOpacity);
            yield return pale;
        }

        if (series.All(one => one.Origin != ValueOrigin.Measured))
        {
            yield break;
        }

        var hasIntervals = series.Any(one => one.Origin == ValueOrigin.Measured && one.Points.Any(point => point.Low is not null));
        yield return Neutral(
            OriginText.Measured(profile, hasIntervals ? Interval : null),
            MarkerShape.FilledCircle, ChartTheme.LineWidth, LinePattern.Solid);
    }

    private static LegendItem Neutral(string label, MarkerShape shape, float lineWidth, LinePattern pattern) => new()
    {
        LabelText = label,
        LineColor = ChartTheme.Ink,
        LineWidth = lineWidth,
        LinePattern = pattern,
        MarkerStyle = Marker(shape, ChartTheme.Ink),
    };

    private static MarkerStyle Marker(MarkerShape shape, Color color) => new(shape, ChartTheme.MarkerSize, color)
    {
        LineWidth = ChartTheme.ThinLineWidth,
        CustomRenderer = new SolidMarker(shape),
    };
}
