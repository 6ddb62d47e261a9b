using System.Globalization;
using Reproduction.Storage;

namespace Reproduction.Reporting;

/// <summary>results/REPORT.md and results/index.html, made from the summaries of all experiments.</summary>
internal static class OverallReport
{
    /// <summary>Reads whatever summaries the results folder holds.</summary>
    /// <param name="root">The results folder.</param>
    /// <param name="report">Takes a message for each summary or figure that is missing or cannot be read, and is left out.</param>
    public static IReadOnlyList<(string Folder, ExperimentSummary Summary)> Load(string root, Action<string> report)
    {
        var summaries = new List<(string Folder, ExperimentSummary Summary)>();
        foreach (var folder in Profiles(root).Where(folder => File.Exists(Path.Combine(folder, ExperimentSummary.FileName))))
        {
            try
            {
                var summary = ExperimentSummary.Read(folder);
                var gone = summary.Figures.Where(figure => !File.Exists(Path.Combine(folder, "figures", figure.Id + ".svg"))).ToList();
                gone.ForEach(figure => report($"{Path.Combine(folder, "figures", figure.Id)}.svg is missing and is left out; "
                    + "-- figures of its experiment draws it."));
                summaries.Add((folder, summary with { Figures = [.. summary.Figures.Except(gone)] }));
            }
            catch (UserErrorException exception)
            {
                report($"{exception.Message} It is left out; -- report of its experiment rebuilds it.");
            }
        }

        return summaries;
    }

    /// <summary>The folders of the profiles that a results folder holds.</summary>
    public static IEnumerable<string> Profiles(string root) => !Directory.Exists(root) ? [] : Directory.EnumerateDirectories(root)
        .Where(folder => Path.GetFileName(folder) != ResultStore.ReferenceName)
        .SelectMany(Directory.EnumerateDirectories)
        .OrderBy(folder => folder + Path.DirectorySeparatorChar, StringComparer.Ordinal);

    /// <summary>Writes both files.</summary>
    public static void Write(string root, IReadOnlyList<(string Folder, ExperimentSummary Summary)> summaries)
    {
        var document = Document(root, summaries);
        AtomicFile.Write(Path.Combine(root, "REPORT.md"), document.Markdown);
        AtomicFile.Write(Path.Combine(root, "index.html"), document.Html);
    }

    private static ReportDocument Document(string root, IReadOnlyList<(string Folder, ExperimentSummary Summary)> summaries)
    {
        var document = new ReportDocument("Spectral Adapter: reproduction report", root);
        document.Paragraph(
            "\"Spectral Adapter: Fine-Tuning in Spectral Space\" (arXiv 2405.13952), published beside measured. Scores of any profile but "
            + "paper come from smaller models: the published ones stand beside them for orientation only, and no verdict compares them.");
        document.Heading(2, "Verdicts");
        document.Table(ResultTables.Verdicts(summaries.Select(entry => entry.Summary)));
        foreach (var (folder, summary) in summaries)
        {
            document.Heading(2, $"{summary.Title}, profile {summary.Profile.Name}");
            var details = Path.Combine(Path.GetRelativePath(root, folder), "report.md").Replace('\\', '/');
            document.Paragraph($"{summary.PaperSection}; {summary.Profile.Description}. Details: {details}");
            ExperimentReport.AppendLayout(document, summary, 3);
            ExperimentReport.AppendClaims(document, summary, 3);
            var compared = summary.Comparison.Where(row => row.Verdict.IsDecided).ToList();
            if (compared.Count > 0)
            {
                document.Heading(3, "Compared with the paper");
                document.Table(ResultTables.Beside("", compared));
            }

            var rest = summary.Comparison.Except(compared)
                .GroupBy(row => row.Verdict.ToString())
                .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} × {group.Key}"))
                .ToList();
            if (rest.Count > 0)
            {
                document.Heading(3, "Not compared, and why");
                document.Bullets(rest);
            }

            ExperimentReport.AppendRest(document, summary, folder, 3);
        }

        return document;
    }
}
