using System.Text.Json;
using Reproduction.Claims;
using Reproduction.Published;
using Reproduction.Storage;

namespace Reproduction.Reporting;

/// <summary>What the report over all experiments needs of one of them: summary.json, kept beside results.csv.</summary>
internal sealed record ExperimentSummary
{
    public const string FileName = "summary.json";

    public required string Experiment { get; init; }

    public required string Title { get; init; }

    public required string PaperSection { get; init; }

    public required Profile Profile { get; init; }

    public required IReadOnlyList<ComparisonRow> Comparison { get; init; }

    /// <summary>What was measured beyond the published methods.</summary>
    public required IReadOnlyList<UnpublishedValue> Unpublished { get; init; }

    /// <summary>The method over which <see cref="Gains"/> are; null without one.</summary>
    public required string? FloorMethod { get; init; }

    /// <summary>The methods' scores minus those of <see cref="FloorMethod"/>, in the columns of the artefacts.</summary>
    public required IReadOnlyList<UnpublishedValue> Gains { get; init; }

    /// <summary>The tasks that claims leave out, with the reasons.</summary>
    public required IReadOnlyDictionary<string, string> Unranked { get; init; }

    public required IReadOnlyList<ClaimResult> Claims { get; init; }

    /// <summary>The figures that were drawn.</summary>
    public required IReadOnlyList<SummaryFigure> Figures { get; init; }

    /// <summary>The pictures that trials made.</summary>
    public required IReadOnlyList<SummaryPicture> Pictures { get; init; }

    /// <summary>Settings that are not the paper's.</summary>
    public required IReadOnlyList<string> Deviations { get; init; }

    /// <summary>The failed trials, with their errors.</summary>
    public required IReadOnlyList<string> Failures { get; init; }

    /// <summary>Code, device, machine, libraries and cost; empty until trials have run.</summary>
    public required IReadOnlyList<string> Provenance { get; init; }

    /// <summary>Reads the summary of a profile's folder.</summary>
    /// <exception cref="UserErrorException">The file is missing, cannot be read, or is not a summary.</exception>
    public static ExperimentSummary Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return RecordJson.ReadFile<ExperimentSummary>(path);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path} cannot be read ({exception.Message}).", exception);
        }
    }
}
