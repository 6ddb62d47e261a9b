using System.Buffers.Binary;
using System.Globalization;
using System.Reflection;
using System.Xml.Linq;
using ScottPlot;
using ScottPlot.Hatches;

namespace SpectralExperiments.Tests;

public sealed class ScottPlotImageTests
{
    [Fact]
    public void A_png_has_the_asked_size_whatever_the_scale()
    {
        using var plot = Everything();
        foreach (var scale in (double[])[1, 2, 3.5])
        {
            plot.ScaleFactor = scale;

            var png = plot.GetImageBytes(640, 480, ImageFormat.Png);

            Assert.Equal(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' }, png[..4]);
            Assert.Equal(640, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
            Assert.Equal(480, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        }
    }

    [Fact]
    public void An_svg_is_well_formed_has_the_asked_size_and_no_number_of_another_culture()
    {
        using var plot = Everything();
        var culture = CultureInfo.CurrentCulture;
        try
        {
            var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            commas.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = commas;

            var root = XDocument.Parse(plot.GetSvgXml(640, 480)).Root!;

            Assert.Equal("svg", root.Name.LocalName);
            Assert.Equal(("640", "480"), (root.Attribute("width")!.Value, root.Attribute("height")!.Value));
            Assert.All(root.Descendants().Attributes("d"), path => Assert.DoesNotContain(",", path.Value, StringComparison.Ordinal));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void An_image_without_area_is_refused()
    {
        using var plot = new Plot();

        Assert.Throws<ArgumentException>(() => plot.GetImageBytes(0, 10, ImageFormat.Png));
    }

    [Fact]
    public void Coordinates_of_different_lengths_are_refused()
    {
        using var plot = new Plot();

        Assert.Throws<ArgumentException>(() => plot.Add.Scatter(new double[] { 1, 2 }, new double[] { 1 }));
    }

    [Fact]
    public void A_figure_too_small_for_its_labels_is_still_drawn()
    {
        using var plot = Everything();

        Assert.NotEmpty(plot.GetImageBytes(20, 20, ImageFormat.Png));
    }

    [Theory]
    [InlineData("#D55E00", 0xD5, 0x5E, 0)]
    [InlineData("0072b2", 0, 0x72, 0xB2)]
    [InlineData("#12345678", 0x12, 0x34, 0x56)]
    [InlineData("no color", 0, 0, 0)]
    public void Colors_are_read_from_hexadecimal(string hex, byte red, byte green, byte blue)
    {
        var color = Color.FromHex(hex);

        Assert.Equal((red, green, blue), (color.Red, color.Green, color.Blue));
    }

    [Fact]
    public void Lighter_goes_toward_white()
    {
        var color = Color.FromHex("#640000").Lighten(0.5);

        Assert.Equal((177, 127, 127), (color.Red, color.Green, color.Blue));
    }

    [Fact]
    public void A_missing_cairo_is_named_with_its_debian_package()
    {
        // Only the stand-in has this type.
        if (typeof(Plot).Assembly.GetType("ScottPlot.Native.CairoLibrary") is not { } library)
        {
            return;
        }

        var load = library.GetMethod("Load", BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!;

        var error = Assert.Throws<TargetInvocationException>(() => load.Invoke(null, ["libcairo-that-is-not-there.so.2"])).InnerException;

        Assert.IsType<DllNotFoundException>(error);
        Assert.Contains("libcairo-that-is-not-there.so.2 was not found", error.Message, StringComparison.Ordinal);
        Assert.Contains("libcairo2", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A plot with one of everything, and text that would break careless XML.</summary>
    private static Plot Everything()
    {
        var plot = new Plot();
        plot.Title("a < b & \"c\" > 'd'\nsecond line", 18);
        plot.XLabel("step µ");
        plot.YLabel("<loss>", 15);
        plot.Add.Bars(new List<Bar> { new() { Position = 1, Value = 3, FillHatch = new Striped(StripeDirection.DiagonalDown) } });
        plot.Add.FillY([0.0, 1, 2], [1, 2, 3], [2, 3, 4]).LineWidth = 0;
        plot.Add.Heatmap(new double[,] { { 1, 2 }, { double.NaN, 4 } });
        plot.Add.Text("]]> &amp;", 1, 1).LabelAlignment = Alignment.MiddleCenter;
        plot.Add.Plottable(new ScottPlot.Plottables.ErrorBar([1, 2], [1, 2], [0.1, 0.1], [0.1, 0.1], [1, 0], [0, 1]));
        foreach (var (i, shape) in Enum.GetValues<MarkerShape>().Index())
        {
            var scatter = plot.Add.Scatter(new double[] { i, i + 1 }, new double[] { i, i / 2.0 });
            scatter.MarkerShape = shape;
            scatter.LinePattern = i % 2 == 0 ? LinePattern.Dotted : LinePattern.Solid;
            plot.Legend.ManualItems.Add(new LegendItem { LabelText = $"{shape} <{i}>", MarkerShape = shape, MarkerSize = 8, LineWidth = 1 });
        }

        plot.ShowLegend(Edge.Top).Padding = new PixelPadding(0, 4);
        return plot;
    }
}
