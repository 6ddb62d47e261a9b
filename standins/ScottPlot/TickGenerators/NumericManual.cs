using ScottPlot.Native;

namespace ScottPlot.TickGenerators;

public class NumericManual : ITickGenerator
{
    private readonly List<Tick> all = [];

    public Tick[] Ticks { get; set; } = [];

    public void AddMajor(double position, string label) => all.Add(new Tick(position, label, isMajor: true));

    public void AddMinor(double position) => all.Add(new Tick(position, string.Empty, isMajor: false));

    void ITickGenerator.Regenerate(Canvas canvas, CoordinateRange range, bool vertical, float length, LabelStyle style) =>
        Ticks = [.. all.Where(tick => range.Contains(tick.Position))];
}
