using System.Globalization;
using Microsoft.Data.Analysis;
using Reproduction.Hosting.Display;
using Reproduction.Reporting;
using Spectre.Console;

namespace Reproduction.Hosting.Verbs;

/// <summary>Prints what the selected trials cost, from shapes alone.</summary>
internal sealed class PlanVerb(HostSession session)
{
    private const double Gibibyte = 1L << 30;

    public int Run()
    {
        var planned = session.Planned
            .DistinctBy(entry => (entry.Trial.Method, entry.Trial.Rank, entry.Trial.Task))
            .Select(entry => (entry.Trial, Plan: session.Experiment.Plan(entry)))
            .Where(entry => entry.Plan is not null)
            .Select(entry => (entry.Trial, Plan: entry.Plan!))
            .ToList();
        if (planned.Count == 0)
        {
            session.Console.WriteLine($"{session.Experiment.Id}, profile {session.Profile.Name}: no costs are known before a run.");
            return 0;
        }

        new ReportTable($"{session.Experiment.Id}, profile {session.Profile.Name}, one seed of each trial", new DataFrame(
            new StringDataFrameColumn(
                "method", planned.Select(entry => ResultTables.Method(entry.Trial.Method, entry.Trial.Rank, entry.Trial.PublishedRank))),
            new StringDataFrameColumn("task", planned.Select(entry => entry.Trial.Task)),
            new Int64DataFrameColumn("adapter parameters", planned.Select(entry => entry.Plan.AdapterParameters)),
            new Int64DataFrameColumn("+ head", planned.Select(entry => entry.Plan.HeadParameters)),
            new Int64DataFrameColumn("of all", planned.Select(entry => entry.Plan.TotalParameters)),
            new DoubleDataFrameColumn("share %", planned.Select(entry => Math.Round(entry.Plan.TrainableShare, 4))),
            new DoubleDataFrameColumn("memory GiB", planned.Select(entry => Math.Round(entry.Plan.MemoryBytes / Gibibyte, 2))),
            new StringDataFrameColumn("FLOPs", planned.Select(entry => entry.Plan.Flops.ToString("0.0e+0", CultureInfo.InvariantCulture))),
            new StringDataFrameColumn("time", planned.Select(Time)))).WithoutEmptyColumns().Print(session.Console);
        return 0;
    }

    // From trials that ran: of the user's own, else of nobody's, as another machine's time says little.
    private string Time((Trial Trial, TrialPlan Plan) entry)
    {
        var seconds = session.Records.All
            .Where(record => record.Succeeded && record.Trial.Method == entry.Trial.Method
                && record.Trial.Rank == entry.Trial.Rank && record.Trial.Task == entry.Trial.Task)
            .Select(record => record.Manifest.WallSeconds)
            .ToList();
        return seconds.Count == 0 ? "" : $"{RunDisplay.Time(seconds.Average())} measured";
    }
}
