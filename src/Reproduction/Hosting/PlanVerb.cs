using System.Globalization;
using Microsoft.Data.Analysis;
using Reproduction.Reporting;

namespace Reproduction.Hosting;

/// <summary>Prints what the selected trials cost, from shapes alone.</summary>
internal sealed class PlanVerb(HostSession session)
{
    private const double Gibibyte = 1L << 30;

    public int Run()
    {
        var trials = session.Planned.DistinctBy(trial => (trial.Method, trial.Rank, trial.Task)).ToList();
        var plans = trials.Select(trial => session.Experiment.Plan(trial, session.Profile)).ToList();
        new ReportTable($"{session.Experiment.Id}, profile {session.Profile.Name}, one seed of each trial", new DataFrame(
            new StringDataFrameColumn("method", trials.Select(trial => trial.Method)),
            new Int32DataFrameColumn("rank", trials.Select(trial => trial.Rank)),
            new StringDataFrameColumn("task", trials.Select(trial => trial.Task)),
            new Int64DataFrameColumn("adapter parameters", plans.Select(plan => plan.AdapterParameters)),
            new Int64DataFrameColumn("+ head", plans.Select(plan => plan.HeadParameters)),
            new Int64DataFrameColumn("of all", plans.Select(plan => plan.TotalParameters)),
            new DoubleDataFrameColumn("share %", plans.Select(plan => Math.Round(plan.TrainableShare, 4))),
            new DoubleDataFrameColumn("memory GiB", plans.Select(plan => Math.Round(plan.MemoryBytes / Gibibyte, 2))),
            new StringDataFrameColumn("operations", plans.Select(plan => plan.Flops.ToString("0.0e+0", CultureInfo.InvariantCulture))))).Print(session.Console);
        return 0;
    }
}
