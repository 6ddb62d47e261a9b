using ScottPlot;
using ScottPlot.Hatches;

namespace Reproduction.Figures;

/// <summary>
/// How one method looks in every figure: colours after Okabe and Ito, and a pattern, marker and hatch of its own for print.
/// </summary>
/// <param name="Label">The method's name as the paper spells it.</param>
/// <param name="Color">The colour.</param>
/// <param name="Pattern">The line pattern.</param>
/// <param name="Filled">The marker of measured values.</param>
/// <param name="Open">The marker of published values: the same shape, hollow.</param>
/// <param name="Hatch">The direction of the stripes on its bars, or null for plain bars.</param>
internal sealed record MethodStyle(
    string Label, Color Color, LinePattern Pattern, MarkerShape Filled, MarkerShape Open, StripeDirection? Hatch)
{
    private static readonly (MarkerShape Filled, MarkerShape Open) Circle = (MarkerShape.FilledCircle, MarkerShape.OpenCircle);
    private static readonly (MarkerShape Filled, MarkerShape Open) Square = (MarkerShape.FilledSquare, MarkerShape.OpenSquare);
    private static readonly (MarkerShape Filled, MarkerShape Open) Diamond = (MarkerShape.FilledDiamond, MarkerShape.OpenDiamond);
    private static readonly (MarkerShape Filled, MarkerShape Open) TriangleUp = (MarkerShape.FilledTriangleUp, MarkerShape.OpenTriangleUp);
    private static readonly (MarkerShape Filled, MarkerShape Open) TriangleDown =
        (MarkerShape.FilledTriangleDown, MarkerShape.OpenTriangleDown);

    // The order of the paper: Figure 1, then the methods of Figure 6 and of the fusion experiment, then our own additions.
    private static readonly (string Method, MethodStyle Style)[] Known =
    [
        ("pretrained", Of("Pre-trained", "#BBBBBB", LinePattern.Dotted, Circle, null)),
        ("full", Of("Full", "#000000", LinePattern.Solid, Circle, null)),
        ("lora", Of("LoRA", "#005A8C", LinePattern.Dashed, Square, null)),
        ("dora", Of("DoRA", "#56B4E9", LinePattern.Dotted, TriangleUp, StripeDirection.DiagonalUp)),
        ("oft", Of("OFT", "#009E73", LinePattern.DenselyDashed, Diamond, StripeDirection.DiagonalDown)),
        ("adalora", Of("AdaLoRA", "#CC79A7", LinePattern.Dashed, TriangleDown, StripeDirection.Horizontal)),
        ("svdiff", Of("SVDiff", "#7F5F2F", LinePattern.Solid, TriangleDown, StripeDirection.Vertical)),
        ("lidb", Of("LiDB", "#882255", LinePattern.DenselyDashed, Circle, StripeDirection.DiagonalUp)),
        ("vera", Of("VeRA", "#999999", LinePattern.Dotted, Square, StripeDirection.Horizontal)),
        ("gradient-fusion", Of("Gradient Fusion", "#CC79A7", LinePattern.Dashed, TriangleDown, StripeDirection.Horizontal)),
        ("fedavg", Of("FedAvg", "#005A8C", LinePattern.Dashed, Square, null)),
        ("orthogonal", Of("Orthogonal Adaptation", "#009E73", LinePattern.DenselyDashed, Diamond, StripeDirection.DiagonalDown)),
        ("spectral-r", Of("Spectral R", "#E69F00", LinePattern.DenselyDashed, TriangleUp, StripeDirection.DiagonalUp)),
        ("spectral-a", Of("Spectral A", "#D55E00", LinePattern.Solid, Circle, null)),
    ];

    // A method that is not listed above gets one of these, so that adding an adapter needs no edit here.
    private static readonly MethodStyle[] Spare =
    [
        Of("", "#7F5F2F", LinePattern.Dotted, Diamond, StripeDirection.Vertical),
        Of("", "#882255", LinePattern.Dashed, TriangleUp, StripeDirection.DiagonalUp),
        Of("", "#999999", LinePattern.Solid, Square, StripeDirection.Horizontal),
        Of("", "#E69F00", LinePattern.Dotted, TriangleDown, StripeDirection.DiagonalDown),
    ];

    /// <summary>The methods with a fixed style, in the paper's order.</summary>
    public static IReadOnlyList<string> KnownMethods { get; } = [.. Known.Select(entry => entry.Method)];

    /// <summary>The styles of the methods of one figure, in the paper's order; further ranks of a method are lighter and named.</summary>
    public static IReadOnlyList<(MethodKey Key, MethodStyle Style)> Assign(IEnumerable<MethodKey> keys)
    {
        var all = keys.Distinct().ToList();
        var unknown = all.Select(key => key.Method).Except(KnownMethods).Order(StringComparer.Ordinal).ToList();
        return
        [
            .. all.GroupBy(key => key.Method)
                .OrderBy(group => Order(group.Key)).ThenBy(group => group.Key, StringComparer.Ordinal)
                .SelectMany(
                    group => group.OrderBy(key => key.Rank).Select((key, i) => (key, Ranked(Base(key.Method), key, i, group.Count())))),
        ];

        int Order(string method) => KnownMethods.Contains(method) ? Array.FindIndex(Known, entry => entry.Method == method) : Known.Length;

        MethodStyle Base(string method) => Array.Find(Known, entry => entry.Method == method).Style
            ?? Spare[unknown.IndexOf(method) % Spare.Length] with { Label = method };
    }

    private static MethodStyle Of(
        string label, string color, LinePattern pattern, (MarkerShape Filled, MarkerShape Open) marker, StripeDirection? hatch) =>
        new(label, Color.FromHex(color), pattern, marker.Filled, marker.Open, hatch);

    private static MethodStyle Ranked(MethodStyle style, MethodKey key, int index, int count)
    {
        const double lightest = 0.65;
        return count == 1
            ? style
            : style with { Label = $"{style.Label} r={key.Rank}", Color = style.Color.Lighten(lightest * index / (count - 1)) };
    }
}
