using Reproduction.Published;
using Reproduction.Reporting;
using Spectre.Console;

namespace Reproduction.Hosting.Verbs;

/// <summary>
/// Shows a report on the console: the paper's tables for what was selected, the verdicts that say something, and how many
/// values report.md holds beyond them.
/// </summary>
internal sealed class ReportPrinter(HostSession session)
{
    /// <summary>Shows what of a summary belongs to the selected trials; the rest is counted.</summary>
    public void Print(ExperimentSummary summary)
    {
        // A measured method's shapes stand beside its scores, selected or not.
        var measured = summary.Comparison.Where(IsMeasured).Select(row => row.Published.Method).ToHashSet(StringComparer.Ordinal);
        Print(summary, summary.Comparison.Where(row => IsShown(row, measured)).ToList(), summary.Comparison);
    }

    /// <summary>Shows a part of a summary, and counts no more than that.</summary>
    /// <param name="summary">The summary.</param>
    /// <param name="shown">The part of its comparison.</param>
    public void PrintPart(ExperimentSummary summary, List<ComparisonRow> shown) => Print(summary, shown, shown);

    private void Print(ExperimentSummary summary, List<ComparisonRow> shown, IEnumerable<ComparisonRow> counted)
    {
        var title = $"{summary.Experiment}, profile {summary.Profile.Name}";
        foreach (var table in PaperLayout.Of(shown, summary.Unpublished, summary.Unranked, summary.Comparison)
            .Concat(PaperLayout.Gains(summary)))
        {
            // The paper has methods down and tasks across; methods are fewer.
            var fitting = table.Width <= session.Console.Profile.Width ? table : table.Transposed();
            (fitting with { Title = $"{title}, {table.Title}" }).Print(session.Console);
        }

        if (PaperLayout.UnrankedNote(summary.Unranked) is { } note)
        {
            session.Console.WriteLine(note);
        }

        var decided = shown.FindAll(row => row.Verdict.IsDecided);
        if (decided.Count > 0)
        {
            ResultTables.Beside($"{title}: verdicts", decided).WithoutEmptyColumns().Print(session.Console);
        }

        foreach (var group in counted.Except(decided).GroupBy(row => row.Verdict.ToString()))
        {
            session.Console.WriteLine($"{group.Count()} × {group.Key}");
        }

        if (summary.Claims.Count > 0)
        {
            ResultTables.Claims($"{title}: claims (evidence in report.md)", summary.Claims).Print(session.Console);
        }
    }

    private static bool IsMeasured(ComparisonRow row) => row.Measured is { IsPlanned: false };

    private bool IsShown(ComparisonRow row, HashSet<string> measuredMethods) =>
        IsMeasured(row)
        || (row.Measured is not null && measuredMethods.Contains(row.Published.Method))
        || session.Options.Filter.Count == 0
        || session.Planned.Any(planned => planned.Trial.Method == row.Published.Method
            && (row.Published.Task.Length == 0 || planned.Trial.Task == row.Published.Task));
}
