using Reproduction.Figures.Charts;
using ScottPlot;

namespace Reproduction.Figures;

/// <summary>
/// The method without any result: the singular value decomposition of a pretrained weight, and what full fine-tuning, LoRA and the two
/// spectral adapters train of it (paper section 2 and Figure 2).
/// </summary>
/// <param name="id">The file name without extension.</param>
/// <param name="title">The title.</param>
/// <param name="paperReference">Where it stands in the paper.</param>
public sealed class MethodFigure(string id, string title, string paperReference) : FigureRecipe(id, title, paperReference)
{
    // Pixels: a full weight is Side wide and high, r of its columns are Rank wide.
    private const double Side = 100;
    private const double Rank = 28;
    private const double Rest = Side - Rank;
    private const double Sign = 24;
    private const double Gap = 6;
    private const double Bracket = 8;
    private const double TopRow = 40;
    private const double BottomRow = 260;
    private const double HeadingRise = 24;
    private const double LineHeight = 25;
    private const float HeadingSize = 15;
    private const float FormulaSize = 14.5f;

    /// <inheritdoc/>
    public override FigureSize Size => new(900, 556);

    /// <inheritdoc/>
    public override string? Missing(ResultSet results) => null;

    private protected override void Build(Plot plot, ResultSet results)
    {
        var diagram = new MatrixDiagram(plot);
        diagram.Begin(Size);
        Decomposition(diagram, 20);
        FullFineTuning(diagram, 500);
        LowRank(diagram, 640);
        SpectralA(diagram, 20);
        SpectralR(diagram, 470);
    }

    private static void Decomposition(MatrixDiagram diagram, double x)
    {
        diagram.AddFrozen(x, TopRow, Side, Side, "W");
        var u = x + Side + Sign;
        diagram.Write("=", u - (Sign / 2), TopRow + (Side / 2), HeadingSize);
        diagram.AddFrozenTop(u, TopRow, Rank, Side, "U_1");
        diagram.AddFrozen(u + Rank, TopRow, Rest, Side, "U_2");
        var s = u + Side + Gap;
        diagram.AddSingularValues(s, TopRow, Side, Rank);
        var v = s + Side + Gap;
        diagram.AddFrozenTop(v, TopRow, Side, Rank, "V_1^T");
        diagram.AddFrozen(v, TopRow + Rank, Side, Rest, "V_2^T");
        Caption(
            diagram, x, v + Side, TopRow, Side,
            "Pretrained weight and its SVD", "W = [U_1, U_2] S [V_1, V_2]^T", "W is n by m; U_1 and V_1 hold its top r singular vectors");
    }

    private static void FullFineTuning(MatrixDiagram diagram, double x)
    {
        diagram.AddTrained(x, TopRow, Side, Side, "W");
        Caption(diagram, x, x + Side, TopRow, Side, "Full fine-tuning", "W", "n m parameters");
    }

    private static void LowRank(MatrixDiagram diagram, double x)
    {
        diagram.AddFrozen(x, TopRow, Side, Side, "W");
        var b = x + Side + Sign;
        diagram.Write("+", b - (Sign / 2), TopRow + (Side / 2), HeadingSize);
        diagram.AddTrained(b, TopRow, Rank, Side, "B");
        diagram.AddTrained(b + Rank + Gap, TopRow, Side, Rank, "A");
        Caption(diagram, x, b + Rank + Gap + Side, TopRow, Side, "LoRA", "W + B A", "r (n + m) parameters");
    }

    private static void SpectralA(MatrixDiagram diagram, double x)
    {
        const double high = (2 * Rank) + Sign + Rest;
        const double middle = BottomRow + (high / 2);
        const double top = middle - (Side / 2);
        diagram.AddFrozenTop(x + Bracket, top, Rank, Side, "U_1");
        diagram.Write("+", x + Bracket + Rank + (Sign / 2), middle, HeadingSize);
        diagram.AddTrained(x + Bracket + Rank + Sign, top, Rank, Side, "A_U");
        diagram.AddFrozen(x + Bracket + (2 * Rank) + Sign + Gap, top, Rest, Side, "U_2");
        const double u = (2 * Bracket) + (2 * Rank) + Sign + Gap + Rest;
        diagram.AddBrackets(x, top - Gap, u, Side + (2 * Gap));
        var s = x + u + Gap;
        diagram.AddSingularValues(s, top, Side, Rank);
        var v = s + Side + Gap;
        diagram.AddFrozenTop(v + Bracket, BottomRow, Side, Rank, "V_1^T");
        diagram.Write("+", v + Bracket + (Side / 2), BottomRow + Rank + (Sign / 2), HeadingSize);
        diagram.AddTrained(v + Bracket, BottomRow + Rank + Sign, Side, Rank, "A_V^T");
        diagram.AddFrozen(v + Bracket, BottomRow + (2 * Rank) + Sign + Gap, Side, Rest, "V_2^T");
        diagram.AddBrackets(v, BottomRow - Gap, Side + (2 * Bracket), high + (3 * Gap));
        Caption(
            diagram, x, v + Side + (2 * Bracket), BottomRow, high + (2 * Gap),
            "Spectral Adapter A (additive)", "[U_1 + A_U, U_2] S [V_1 + A_V, V_2]^T", "r (n + m) parameters");
    }

    private static void SpectralR(MatrixDiagram diagram, double x)
    {
        const double high = (2 * Rank) + Sign + Rest;
        const double top = BottomRow + ((high - Side) / 2);
        diagram.AddFrozenTop(x + Bracket, top, Rank, Side, "U_1");
        diagram.AddTrained(x + Bracket + Rank + Gap, top, Rank, Rank, "R_U");
        diagram.AddFrozen(x + Bracket + (2 * Rank) + (2 * Gap), top, Rest, Side, "U_2");
        const double u = (2 * Bracket) + (2 * Rank) + (2 * Gap) + Rest;
        diagram.AddBrackets(x, top - Gap, u, Side + (2 * Gap));
        var s = x + u + Gap;
        diagram.AddSingularValues(s, top, Side, Rank);
        var v = s + Side + Gap;
        diagram.AddTrained(v + Bracket, top, Rank, Rank, "R_V^T");
        diagram.AddFrozenTop(v + Bracket + Rank + Gap, top, Side, Rank, "V_1^T");
        diagram.AddFrozen(v + Bracket + Rank + Gap, top + Rank + Gap, Side, Rest, "V_2^T");
        const double width = Rank + Gap + Side + (2 * Bracket);
        diagram.AddBrackets(v, top - Gap, width, Side + (3 * Gap));
        Caption(
            diagram, x, v + width, BottomRow, high + (2 * Gap),
            "Spectral Adapter R (rotational)", "[U_1 R_U, U_2] S [V_1 R_V, V_2]^T", "2 r² parameters; R_U and R_V orthogonal");
    }

    /// <summary>The name above a drawing; below it what it computes, and a remark.</summary>
    private static void Caption(
        MatrixDiagram diagram, double left, double right, double top, double height, string heading, string formula, string note)
    {
        var center = (left + right) / 2;
        diagram.Write(heading, center, top - HeadingRise, HeadingSize, bold: true);
        diagram.Write(formula, center, top + height + LineHeight, FormulaSize);
        diagram.Write(note, center, top + height + (2 * LineHeight), FormulaSize);
    }
}
