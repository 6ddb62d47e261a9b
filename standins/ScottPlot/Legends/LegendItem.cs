namespace ScottPlot;

public class LegendItem
{
    public string LabelText { get; set; } = string.Empty;

    public float LineWidth { get => LineStyle.Width; set => LineStyle.Width = value; }

    public LinePattern LinePattern { get => LineStyle.Pattern; set => LineStyle.Pattern = value; }

    public Color LineColor { get => LineStyle.Color; set => LineStyle.Color = value; }

    public Color FillColor { get => FillStyle.Color; set => FillStyle.Color = value; }

    public Color FillHatchColor { get => FillStyle.HatchColor; set => FillStyle.HatchColor = value; }

    public IHatch? FillHatch { get => FillStyle.Hatch; set => FillStyle.Hatch = value; }

    public float OutlineWidth { get => OutlineStyle.Width; set => OutlineStyle.Width = value; }

    public Color OutlineColor { get => OutlineStyle.Color; set => OutlineStyle.Color = value; }

    public MarkerShape MarkerShape { get => MarkerStyle.Shape; set => MarkerStyle.Shape = value; }

    public float MarkerSize { get => MarkerStyle.Size; set => MarkerStyle.Size = value; }

    public Color MarkerFillColor { get => MarkerStyle.FillColor; set => MarkerStyle.FillColor = value; }

    public Color MarkerLineColor { get => MarkerStyle.LineColor; set => MarkerStyle.LineColor = value; }

    public float MarkerLineWidth { get => MarkerStyle.LineWidth; set => MarkerStyle.LineWidth = value; }

    internal LabelStyle LabelStyle { get; } = new() { Alignment = Alignment.MiddleLeft };

    internal LineStyle LineStyle { get; } = new();

    internal FillStyle FillStyle { get; } = new();

    internal MarkerStyle MarkerStyle { get; } = new();

    internal LineStyle OutlineStyle { get; } = new();
}
