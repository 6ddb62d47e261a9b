using Reproduction;
using Reproduction.Storage;
using Tasks.Glue;

namespace Pretrain.MicroGlue;

/// <summary>What full tuning of the small model reached, as the committed results of the experiment say.</summary>
internal sealed class FullTuningScores
{
    private const string Method = "full";

    private readonly IReadOnlyList<ResultRow> rows;

    /// <param name="folder">The folder of results.csv.</param>
    public FullTuningScores(string folder)
    {
        var path = Path.Combine(folder, "results.csv");
        rows = File.Exists(path) ? ResultsCsv.Read(path) : [];
    }

    /// <summary>The mean over seeds, at most 1; NaN where there is no result.</summary>
    public double Of(GlueTask task)
    {
        // Results have matthews for Hugging Face's matthews_correlation.
        var metric = task.ReportedMetric.Split('_')[0];
        return rows
            .Where(row => row.Method == Method && row.Task == task.Name && row.Metric == metric)
            .Select(row => row.Value / 100)
            .DefaultIfEmpty(double.NaN)
            .Average();
    }
}
