using System.Globalization;
using System.Text;
using Reproduction.Published;
using Reproduction.Storage;

namespace Reproduction.Reporting;

/// <summary>report.md of an experiment at a profile.</summary>
internal sealed record ExperimentReport
{
    public required Experiment Experiment { get; init; }

    public required Profile Profile { get; init; }

    public required ResultSet Results { get; init; }

    public required IReadOnlyList<ComparisonRow> Comparison { get; init; }

    public required IReadOnlyCollection<TrialRecord> Records { get; init; }

    /// <summary>The names of the figure files that exist, without extension, and their titles.</summary>
    public required IReadOnlyList<(string Id, string Title)> Figures { get; init; }

    public string Markdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Experiment.Title}\n\n{Experiment.PaperSection}. Profile {Profile.Name}: {Profile.Description}.\n");
        if (!Profile.IsPaperScale)
        {
            text.Append("\nScores of this profile come from a smaller model and stand beside the published ones only for orientation; what follows from shapes alone is compared at the paper's sizes.\n");
        }

        if (Comparison.Count > 0)
        {
            text.Append("\n## Published beside measured\n\n").Append(Summary()).Append("\n\n");
            text.Append(ResultTables.Beside("", Comparison).Markdown());
            text.Append("\nMeasured: mean over seeds ± half the 95 % interval in which the published value is expected.\n");
        }

        foreach (var table in ResultTables.Means(Results.Rows))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {table.Title}, mean over seeds\n\n{table.Markdown()}");
        }

        if (Figures.Count > 0)
        {
            text.Append("\n## Figures\n");
            foreach (var (id, title) in Figures)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n{title}\n\n![{title}](figures/{id}.png)\n");
            }
        }

        AppendFailures(text);
        AppendProvenance(text);
        return text.ToString();
    }

    private string Summary() => string.Join(", ", Comparison
        .GroupBy(row => row.Verdict.Kind)
        .OrderBy(group => group.Key)
        .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {group.Key}"))) + ".";

    private void AppendFailures(StringBuilder text)
    {
        var failed = Records.Where(record => !record.Succeeded).ToList();
        if (failed.Count > 0)
        {
            text.Append("\n## Failed trials\n\n");
            foreach (var record in failed)
            {
                text.Append(CultureInfo.InvariantCulture, $"- {record.Trial.Label}: {record.Error!.Split('\n')[0]}\n");
            }
        }
    }

    private void AppendProvenance(StringBuilder text)
    {
        text.Append("\n## Provenance\n\n");
        if (Records.Count == 0)
        {
            text.Append("Made from results.csv; the trial records are not on this machine.\n");
            return;
        }

        Line("Code", record => [record.Manifest.CodeVersion]);
        Line("Device", record => [record.Manifest.Device]);
        Line("Machine", record => [record.Manifest.Machine]);
        Line("Libraries", record => record.Manifest.Libraries.Select(library => $"{library.Key} {library.Value}"));
        var hours = Records.Sum(record => record.Manifest.WallSeconds) / 3600;
        text.Append(CultureInfo.InvariantCulture, $"- Trials: {Records.Count}, {hours:0.00} hours in all\n");

        void Line(string name, Func<TrialRecord, IEnumerable<string>> values) =>
            text.Append(CultureInfo.InvariantCulture, $"- {name}: {string.Join("; ", Records.SelectMany(values).Distinct().Order(StringComparer.Ordinal))}\n");
    }
}
