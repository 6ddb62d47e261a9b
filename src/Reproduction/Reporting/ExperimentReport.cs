using System.Globalization;
using Reproduction.Claims;

namespace Reproduction.Reporting;

/// <summary>Writes the report of one experiment at one profile.</summary>
internal static class ExperimentReport
{
    /// <summary>The whole report.</summary>
    /// <param name="summary">What was compared and claimed.</param>
    /// <param name="rows">Measured and derived values.</param>
    /// <param name="folder">results/&lt;experiment&gt;/&lt;profile&gt;.</param>
    public static ReportDocument Of(ExperimentSummary summary, IReadOnlyList<ResultRow> rows, string folder)
    {
        var document = new ReportDocument(summary.Title, folder);
        document.Paragraph($"{summary.PaperSection}. Profile {summary.Profile.Name}: {summary.Profile.Description}.");
        if (!summary.Profile.IsPaperScale && !summary.Profile.IsSweep)
        {
            document.Paragraph(
                "Scores of this profile come from a smaller model and stand beside the published ones only for orientation; "
                + "what follows from shapes alone is computed at the paper's sizes and compared.");
        }

        if (summary.Comparison.Count > 0)
        {
            document.Heading(2, "Published beside measured");
            document.Paragraph(string.Join(", ", summary.Comparison
                .GroupBy(row => row.Verdict.Kind)
                .OrderBy(group => group.Key)
                .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {group.Key}"))) + ".");
            AppendLayout(document, summary, 3);
            document.Heading(3, "Every value");
            document.Table(ResultTables.Beside("", summary.Comparison));
        }

        AppendClaims(document, summary, 2);
        foreach (var table in ResultTables.Means(rows))
        {
            document.Heading(2, $"{table.Title}, mean over seeds");
            document.Table(table);
        }

        AppendRest(document, summary, folder, 2);
        return document;
    }

    /// <summary>The paper's tables of which something was measured.</summary>
    public static void AppendLayout(ReportDocument document, ExperimentSummary summary, int level)
    {
        var measured = summary.Comparison
            .Where(row => row.Measured is { IsPlanned: false } || row.Reference is not null)
            .Select(row => row.Published.Artefact)
            .ToHashSet();
        var shown = summary.Comparison.Where(row => measured.Contains(row.Published.Artefact));
        foreach (var table in PaperLayout.Of(
            shown, summary.Unpublished.Where(value => measured.Contains(value.Artefact)), summary.Unranked))
        {
            document.Heading(level, table.Title);
            document.Table(table);
        }

        if (measured.Count > 0 && PaperLayout.UnrankedNote(summary.Unranked) is { } note)
        {
            document.Paragraph(note);
        }

        if (measured.Count > 0)
        {
            document.Paragraph(summary.Profile.IsPaperScale
                ? "Measured: mean over seeds ± half the 95 % interval in which the published value, as one more run, is expected."
                : "Measured: mean over seeds ± its 95 % interval, at its wider end and no narrower than that of the test set; the "
                    + "published value in brackets is that of the paper's model and data. What follows from shapes, such as the "
                    + "trainable share, is that of the paper's sizes.");
            if (summary.Comparison.Any(row => row.Reference is not null))
            {
                document.Paragraph("In square brackets: the reference value of the same profile that comes with the repository.");
            }
        }

        foreach (var table in PaperLayout.Gains(summary))
        {
            document.Heading(level, table.Title);
            document.Table(table);
            document.Paragraph(
                $"Mean over the seeds that both have, ± half of Student's 95 % interval of their differences. {summary.FloorMethod} trains "
                + "the head alone: what a method gains over it is due to its adapters.");
        }
    }

    /// <summary>The claims, or nothing.</summary>
    public static void AppendClaims(ReportDocument document, ExperimentSummary summary, int level)
    {
        if (summary.Claims.Count > 0)
        {
            document.Heading(level, "Claims");
            document.Table(ResultTables.Claims("", summary.Claims));
            document.Paragraph($"{ClaimJudge.Rule} Evidence:");
            document.Bullets([.. summary.Claims.Select(claim => $"{claim.Text}: {claim.Evidence}.")]);
        }
    }

    /// <summary>Figures, pictures, deviations, failures and provenance.</summary>
    public static void AppendRest(ReportDocument document, ExperimentSummary summary, string folder, int level)
    {
        if (summary.Figures.Count > 0)
        {
            document.Heading(level, "Figures");
            foreach (var figure in summary.Figures)
            {
                document.Paragraph($"{figure.Title} ({figure.PaperReference})");
                document.Figure(figure.Title, Path.Combine(folder, "figures", figure.Id));
            }
        }

        if (summary.Pictures.Count > 0)
        {
            document.Heading(level, "Pictures");
            foreach (var picture in summary.Pictures)
            {
                document.Paragraph(picture.Title);
                document.Picture(picture.Title, Path.Combine(folder, picture.Path));
            }
        }

        Bullets("Settings that deviate from the paper", summary.Deviations);
        Bullets("Failed trials", summary.Failures);
        Bullets("Provenance", summary.Provenance);

        void Bullets(string heading, IReadOnlyList<string> items)
        {
            if (items.Count > 0)
            {
                document.Heading(level, heading);
                document.Bullets(items);
            }
        }
    }
}
