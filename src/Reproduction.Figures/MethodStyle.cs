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
    // The order of the paper: Figure 1, then the methods of Figure 6 and of the fusion experiment, then our own additions.
    private static readonly (string Method, MethodStyle Style)[] Known =
    [
        ("pretrained",
            new("Pre-trained", Color.FromHex("#BBBBBB"), LinePattern.Dotted, MarkerShape.FilledCircle, MarkerShape.OpenCircle, null)),
        ("full", new("Full", Color.FromHex("#000000"), LinePattern.Solid, MarkerShape.FilledCircle, MarkerShape.OpenCircle, null)),
        ("lora", new("LoRA", Color.FromHex("#005A8C"), LinePattern.Dashed, MarkerShape.FilledSquare, MarkerShape.OpenSquare, null)),
        ("dora", new(
            "DoRA", Color.FromHex("#56B4E9"), LinePattern.Dotted, MarkerShape.FilledTriangleUp,
            MarkerShape.OpenTriangleUp, StripeDirection.DiagonalUp)),
        ("oft", new(
            "OFT", Color.FromHex("#009E73"), LinePattern.DenselyDashed,
            MarkerShape.FilledDiamond, MarkerShape.OpenDiamond, StripeDirection.DiagonalDown)),
        ("adalora", new(
            "AdaLoRA", Color.FromHex("#CC79A7"), LinePattern.Dashed, MarkerShape.FilledTriangleDown,
            MarkerShape.OpenTriangleDown, StripeDirection.Horizontal)),
        ("svdiff", new(
            "SVDiff", Color.FromHex("#7F5F2F"), LinePattern.Solid, MarkerShape.FilledTriangleDown,
            MarkerShape.OpenTriangleDown, StripeDirection.Vertical)),
        ("lidb", new(
            "LiDB", Color.FromHex("#882255"), LinePattern.DenselyDashed,
            MarkerShape.FilledCircle, MarkerShape.OpenCircle, StripeDirection.DiagonalUp)),
        ("vera", new(
            "VeRA", Color.FromHex("#999999"), LinePattern.Dotted,
            MarkerShape.FilledSquare, MarkerShape.OpenSquare, StripeDirection.Horizontal)),
        ("gradient-fusion", new(
            "Gradient Fusion", Color.FromHex("#CC79A7"), LinePattern.Dashed,
            MarkerShape.FilledTriangleDown, MarkerShape.OpenTriangleDown, StripeDirection.Horizontal)),
        ("fedavg", new("FedAvg", Color.FromHex("#005A8C"), LinePattern.Dashed, MarkerShape.FilledSquare, MarkerShape.OpenSquare, null)),
        ("orthogonal", new(
            "Orthogonal Adaptation", Color.FromHex("#009E73"), LinePattern.DenselyDashed,
            MarkerShape.FilledDiamond, MarkerShape.OpenDiamond, StripeDirection.DiagonalDown)),
        ("spectral-r", new(
            "Spectral R", Color.FromHex("#E69F00"), LinePattern.DenselyDashed,
            MarkerShape.FilledTriangleUp, MarkerShape.OpenTriangleUp, StripeDirection.DiagonalUp)),
        ("spectral-a",
            new("Spectral A", Color.FromHex("#D55E00"), LinePattern.Solid, MarkerShape.FilledCircle, MarkerShape.OpenCircle, null)),
    ];

    // A method that is not listed above gets one of these, so that adding an adapter needs no edit here.
    private static readonly MethodStyle[] Spare =
    [
        new("", Color.FromHex("#7F5F2F"), LinePattern.Dotted, MarkerShape.FilledDiamond, MarkerShape.OpenDiamond, StripeDirection.Vertical),
        new(
            "", Color.FromHex("#882255"), LinePattern.Dashed, MarkerShape.FilledTriangleUp,
            MarkerShape.OpenTriangleUp, StripeDirection.DiagonalUp),
        new("", Color.FromHex("#999999"), LinePattern.Solid, MarkerShape.FilledSquare, MarkerShape.OpenSquare, StripeDirection.Horizontal),
        new(
            "", Color.FromHex("#E69F00"), LinePattern.Dotted, MarkerShape.FilledTriangleDown,
            MarkerShape.OpenTriangleDown, StripeDirection.DiagonalDown),
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

    private static MethodStyle Ranked(MethodStyle style, MethodKey key, int index, int count)
    {
        const double lightest = 0.65;
        return count == 1
            ? style
            : style with { Label = $"{style.Label} r={key.Rank}", Color = style.Color.Lighten(lightest * index / (count - 1)) };
    }
}
