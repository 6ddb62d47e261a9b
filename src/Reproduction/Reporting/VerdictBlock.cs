using System.Globalization;
using Microsoft.Data.Analysis;
using Reproduction.Claims;
using Reproduction.Published;
using Reproduction.Storage;

namespace Reproduction.Reporting;

/// <summary>The part of the README that says what has been reproduced so far: verdicts counted, and the claims decided.</summary>
internal static class VerdictBlock
{
    private const string Begin = "<!-- verdicts -->\n";
    private const string End = "<!-- /verdicts -->";

    /// <summary>Replaces what stands between the two marks of a file; leaves a file without them, or none, alone.</summary>
    public static void Write(string path, IReadOnlyCollection<ExperimentSummary> summaries, int stated)
    {
        if (!File.Exists(path) || File.ReadAllText(path) is var text && Find(text) is not { } range)
        {
            return;
        }

        var written = text[..range.Start] + Of(summaries, stated) + text[range.End..];
        if (written != text)
        {
            AtomicFile.Write(path, written);
        }
    }

    /// <summary>What stands between the two marks of a text; null without them.</summary>
    public static string? Read(string text) => Find(text) is { } range ? text[range] : null;

    /// <summary>The block in Markdown.</summary>
    /// <param name="summaries">What was compared and claimed.</param>
    /// <param name="stated">How many claims data/published states.</param>
    public static string Of(IReadOnlyCollection<ExperimentSummary> summaries, int stated)
    {
        var claims = summaries.SelectMany(summary => summary.Claims.Select(claim => (summary.Profile.Name, Claim: claim))).ToList();
        var decided = claims.FindAll(entry => entry.Claim.Verdict != ClaimVerdict.Inconclusive);
        List<string> parts = [];
        if (summaries.Any(summary => summary.Comparison.Count > 0))
        {
            parts.Add(Verdicts(summaries).Markdown());
        }

        if (decided.Count > 0)
        {
            parts.Add(new ReportTable("", new DataFrame(
                new StringDataFrameColumn("claim of the paper", decided.Select(entry => entry.Claim.Text)),
                new StringDataFrameColumn("source", decided.Select(entry => entry.Claim.Source)),
                new StringDataFrameColumn("profile", decided.Select(entry => entry.Name)),
                new StringDataFrameColumn(
                    "verdict", decided.Select(entry => entry.Claim.Verdict.ToString().ToUpperInvariant())))).Markdown());
        }

        if (claims.Count > decided.Count)
        {
            var undecided = claims.Except(decided).GroupBy(entry => entry.Name, entry => entry.Claim.Id)
                .Select(profile => string.Create(CultureInfo.InvariantCulture, $"{profile.Count()} at {profile.Key}"));
            parts.Add($"Inconclusive: {string.Join(", ", undecided)} (results/reference/REPORT.md says why).\n");
        }

        if (stated > claims.DistinctBy(entry => entry.Claim.Id).Count())
        {
            parts.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"Without results yet: {stated - claims.DistinctBy(entry => entry.Claim.Id).Count()} of the {stated} claims in "
                + $"data/published/{ClaimTable.FileName}.\n"));
        }

        return string.Join('\n', parts);
    }

    private static ReportTable Verdicts(IEnumerable<ExperimentSummary> summaries)
    {
        var artefacts = summaries
            .SelectMany(summary => summary.Comparison.GroupBy(row => row.Published.Artefact).Select(
                group => (summary.Experiment, summary.Profile.Name, Rows: group)))
            .ToList();
        return new ReportTable("", new DataFrame(
        [
            new StringDataFrameColumn("experiment", artefacts.Select(entry => entry.Experiment)),
            new StringDataFrameColumn("profile", artefacts.Select(entry => entry.Name)),
            new StringDataFrameColumn("table or figure", artefacts.Select(entry => entry.Rows.Key)),
            .. Enum.GetValues<VerdictKind>().Select(kind => new Int32DataFrameColumn(
                kind.ToString(), artefacts.Select(entry => (int?)entry.Rows.Count(row => row.Verdict.Kind == kind)))),
        ]));
    }

    private static Range? Find(string text)
    {
        var begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = text.IndexOf(End, StringComparison.Ordinal);
        return begin >= Begin.Length && end >= begin ? begin..end : null;
    }
}
