using ScottPlot.Native;
using ScottPlot.Rendering;

namespace ScottPlot;

/// <summary>Something that takes up room at one side of the data area.</summary>
internal interface IPanel
{
    Edge Edge { get; }

    /// <summary>The room it takes, in pixels.</summary>
    float Measure(Canvas canvas);

    void Render(RenderPack pack, float size, float offset);
}
