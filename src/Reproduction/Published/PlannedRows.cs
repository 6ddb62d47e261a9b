namespace Reproduction.Published;

/// <summary>
/// Values that follow from shapes alone, so that they can be compared with the published ones at every profile: computed
/// at the paper's sizes.
/// </summary>
public static class PlannedRows
{
    /// <summary>The metric of the trainable share in percent of all parameters.</summary>
    public const string Share = "trainable_share";

    /// <summary>The metric of the number of trainable parameters of an adapter, without a classifier or other head.</summary>
    public const string Parameters = "trainable_parameters";

    /// <summary>The metric of the number of all trainable parameters, a head's included; no published table has it.</summary>
    public const string TotalParameters = "trainable_parameters_total";

    /// <summary>Whether a metric follows from shapes alone.</summary>
    public static bool IsPlanned(string metric) => metric is Share or Parameters;

    /// <summary>A share and a count for each method and rank; empty for an experiment without a paper profile or without plans.</summary>
    internal static IEnumerable<ResultRow> Of(Experiment experiment, RunOptions options)
    {
        if (experiment.Profiles.FirstOrDefault(candidate => candidate.IsPaperScale) is not { } paper)
        {
            return [];
        }

        return experiment.Declare(options with { Profile = paper })
            .DistinctBy(planned => (planned.Trial.Method, planned.Trial.Rank))
            .SelectMany(planned =>
            {
                if (experiment.Plan(planned) is not { } plan)
                {
                    return [];
                }

                var row = new ResultRow(
                    experiment.Id, paper.Name, planned.Trial.Method, planned.Trial.Rank,
                    "", null, null, Share, plan.TrainableShare, null, null, "%")
                {
                    PublishedRank = planned.Trial.PublishedRank,
                };
                return (ResultRow[])[row, row with { Metric = Parameters, Value = plan.AdapterParameters, Unit = "" }];
            });
    }
}
