using ScottPlot.Native;
using ScottPlot.Rendering;

namespace ScottPlot;

public interface IPanel
{
    internal Edge Edge { get; }

    internal float Measure(Canvas canvas);

    internal void Render(RenderPack pack, float size, float offset);
}
