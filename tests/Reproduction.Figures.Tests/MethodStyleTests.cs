using Reproduction.Figures;
using ScottPlot;

namespace SpectralExperiments.Tests;

public sealed class MethodStyleTests
{
    private static readonly string[][] DrawnTogether =
    [
        ["full", "lora", "dora", "oft", "adalora", "spectral-a"],
        ["pretrained", "lora", "dora", "spectral-a"],
        ["lora", "oft", "svdiff", "lidb", "vera", "spectral-r"],
        ["gradient-fusion", "fedavg", "orthogonal", "spectral-a"],
    ];

    // Linear RGB as the three kinds of colour-blind eyes see it: Machado, Oliveira and Fernandes 2009, severity 1.
    private static readonly double[][] Eyes =
    [
        [1, 0, 0, 0, 1, 0, 0, 0, 1],
        [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
        [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881],
        [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900],
    ];

    [Fact]
    public void Styles_come_in_the_order_of_the_paper_whatever_the_order_of_the_data()
    {
        var keys = ((string[])["spectral-a", "oft", "full", "adalora", "lora", "dora"]).Select(method => new MethodKey(method, 8));

        var labels = MethodStyle.Assign(keys).Select(entry => entry.Style.Label);

        Assert.Equal(["Full", "LoRA", "DoRA", "OFT", "AdaLoRA", "Spectral A"], labels);
    }

    [Fact]
    public void Methods_drawn_together_differ_in_color_for_every_eye()
    {
        foreach (var group in DrawnTogether)
        {
            foreach (var (a, b) in Pairs(group))
            {
                Assert.All(Eyes, eye => Assert.True(
                    Distance(Lab(a.Color, eye), Lab(b.Color, eye)) > 10, $"{a.Label} and {b.Label} look alike"));
            }
        }
    }

    [Fact]
    public void Methods_drawn_together_differ_in_print_without_color()
    {
        foreach (var group in DrawnTogether)
        {
            foreach (var (a, b) in Pairs(group))
            {
                Assert.False(
                    (a.Filled, a.Pattern).Equals((b.Filled, b.Pattern)) && a.Label != "Full" && b.Label != "Full",
                    $"lines of {a.Label} and {b.Label}");
                var lightness = Math.Abs(Lab(a.Color, Eyes[0]).L - Lab(b.Color, Eyes[0]).L);
                Assert.True(a.Hatch != b.Hatch || lightness > 10, $"bars of {a.Label} and {b.Label}");
            }
        }
    }

    [Fact]
    public void Methods_that_nobody_listed_get_styles_of_their_own_and_keep_their_name()
    {
        var styles = MethodStyle.Assign([new("lora", null), new("zeta", null), new("beta", null)]);

        Assert.Equal(["LoRA", "beta", "zeta"], styles.Select(entry => entry.Style.Label));
        Assert.NotEqual(styles[1].Style.Filled, styles[2].Style.Filled);
    }

    [Fact]
    public void Several_ranks_of_a_method_are_named_and_ever_lighter()
    {
        var styles = MethodStyle.Assign([new("lora", 8), new("lora", 4), new("lora", 64), new("full", null)]);

        Assert.Equal(["Full", "LoRA r=4", "LoRA r=8", "LoRA r=64"], styles.Select(entry => entry.Style.Label));
        var lightness = styles.Skip(1).Select(entry => Lab(entry.Style.Color, Eyes[0]).L).ToList();
        Assert.Equal(lightness.Order(), lightness);
        Assert.Distinct(lightness);
    }

    private static IEnumerable<(MethodStyle A, MethodStyle B)> Pairs(string[] methods)
    {
        var styles = MethodStyle.Assign(methods.Select(method => new MethodKey(method, null))).Select(entry => entry.Style).ToList();
        return from i in Enumerable.Range(0, styles.Count) from j in Enumerable.Range(0, i) select (styles[i], styles[j]);
    }

    private static double Distance((double L, double A, double B) x, (double L, double A, double B) y) =>
        Math.Sqrt(Math.Pow(x.L - y.L, 2) + Math.Pow(x.A - y.A, 2) + Math.Pow(x.B - y.B, 2));

    // sRGB to CIE L*a*b* under D65.
    private static (double L, double A, double B) Lab(Color color, double[] eye)
    {
        var (r0, g0, b0) = (Linear(color.Red), Linear(color.Green), Linear(color.Blue));
        double[] rgb =
        [
            .. Enumerable.Range(0, 3).Select(i => Math.Clamp((eye[3 * i] * r0) + (eye[(3 * i) + 1] * g0) + (eye[(3 * i) + 2] * b0), 0, 1)),
        ];
        var x = F(((0.4124 * rgb[0]) + (0.3576 * rgb[1]) + (0.1805 * rgb[2])) / 0.9505);
        var y = F((0.2126 * rgb[0]) + (0.7152 * rgb[1]) + (0.0722 * rgb[2]));
        var z = F(((0.0193 * rgb[0]) + (0.1192 * rgb[1]) + (0.9505 * rgb[2])) / 1.089);
        return ((116 * y) - 16, 500 * (x - y), 200 * (y - z));

        static double Linear(byte value) => value / 255.0 is var v && v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);

        static double F(double t) => t > 0.008856 ? Math.Cbrt(t) : (7.787 * t) + (16.0 / 116);
    }
}
