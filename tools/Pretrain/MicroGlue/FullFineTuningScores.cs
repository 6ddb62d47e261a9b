using Reproduction;
using Reproduction.Storage;
using Tasks.Glue;

namespace Pretrain.MicroGlue;

/// <summary>The scores of full fine-tuning of the small model in the committed results of the experiment.</summary>
internal sealed class FullFineTuningScores
{
    private const string Method = "full";

    private readonly IReadOnlyList<ResultRow> _rows;

    /// <param name="folder">The folder of results.csv.</param>
    public FullFineTuningScores(string folder)
    {
        var path = Path.Combine(folder, "results.csv");
        _rows = File.Exists(path) ? ResultsCsv.Read(path) : [];
    }

    /// <summary>The mean over seeds, at most 1; NaN where there is no result.</summary>
    public double Of(GlueTask task)
    {
        // Results have matthews for Hugging Face's matthews_correlation.
        var metric = task.ReportedMetric.Split('_')[0];
        return _rows
            .Where(row => row.Method == Method && row.Task == task.Name && row.Metric == metric)
            .Select(row => row.Value / 100)
            .DefaultIfEmpty(double.NaN)
            .Average();
    }
}
