using Reproduction;
using Reproduction.Figures;
using Tasks.Glue;

namespace DebertaGlue;

/// <summary>The figures of this section: Table 1 as bars, and the training loss of each task.</summary>
internal static class GlueFigures
{
    private const double ChanceOfTwoClasses = 50;
    private const double AllRight = 100;
    private const string Reference = "Section 4.1, Table 1";

    public static IReadOnlyList<IFigure> All { get; } =
    [
        new GroupedBarFigure("table1-bars", "DeBERTaV3 on GLUE", Reference, "score (%)", [.. GlueTask.All.Select(Group), new BarGroup("avg", "score", "Average")])
        {
            Baseline = ChanceOfTwoClasses, Largest = AllRight,
        },
        .. GlueTask.All.Select(task => new TrainingCurveFigure(
            $"training-loss-{task.Name}", $"Training loss on {task.Folder}", Reference, "training_loss", "training loss (AdaLoRA: with its penalty)") { Task = task.Name }),
    ];

    private static BarGroup Group(GlueTask task) => new(task.Name, GlueScores.Published(task.ReportedMetric), task.Folder);
}
