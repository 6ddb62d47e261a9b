using Reproduction.Published;
using Reproduction.Reporting;
using Reproduction.Storage;
using Spectre.Console;

namespace Reproduction.Hosting.Verbs;

/// <summary>Compares stored results with the paper, prints the tables and writes the reports.</summary>
internal sealed class ReportVerb
{
    private readonly HostSession _session;
    private readonly ResultStore _store;
    private readonly string _root;

    /// <summary>Reports the user's own results.</summary>
    public ReportVerb(HostSession session)
        : this(session, session.Store, session.ResultsRoot)
    {
    }

    /// <param name="session">The session.</param>
    /// <param name="store">Where the report is written.</param>
    /// <param name="root">The folder of the report over all experiments.</param>
    public ReportVerb(HostSession session, ResultStore store, string root) => (_session, _store, _root) = (session, store, root);

    public int Run(ResultSet results)
    {
        Write(results);
        return 0;
    }

    /// <summary>Shows what the filter selects of the stored results.</summary>
    public int ShowFiltered()
    {
        var filter = _session.Options.Filter;
        var rows = new TrialFilter(filter).Apply(_session.MeasuredRows());
        var summary = new Summarizer(_session, _store).Of(_session.Results(rows));
        var methods = rows.Select(row => row.Method).ToHashSet(StringComparer.Ordinal);
        var shown = summary.Comparison.Where(
            row => row.Measured is { } value && (!value.IsPlanned || methods.Contains(row.Published.Method))).ToList();

        // Claims, and what was not measured, are about all results.
        new ReportPrinter(_session).PrintPart(summary with { Claims = [] }, shown);
        _session.Console.WriteLine($"--filter {string.Join(" --filter ", filter)}: shown only; report.md is made from all results.");
        return 0;
    }

    /// <summary>Refuses to replace a report of which something would be lost.</summary>
    /// <exception cref="UserErrorException">As <see cref="Summarizer.Provenance()"/>.</exception>
    public void Check() => new Summarizer(_session, _store).Provenance();

    /// <summary>Prints and writes the report; returns the summaries of all experiments in the folder.</summary>
    public IReadOnlyList<ExperimentSummary> Write(ResultSet results)
    {
        var summary = new Summarizer(_session, _store).Of(results);
        new ReportPrinter(_session).Print(summary);
        Directory.CreateDirectory(_store.Folder);
        AtomicFile.Write(Path.Combine(_store.Folder, ExperimentSummary.FileName), RecordJson.Write(summary));
        AtomicFile.Write(Path.Combine(_store.Folder, "report.md"), ExperimentReport.Of(summary, results.Rows, _store.Folder).Markdown);
        var all = OverallReport.Load(_root, _session.Warn);
        OverallReport.Write(_root, all);
        _session.Console.WriteLine($"report {Path.Combine(_store.Folder, "report.md")} (every value)");
        _session.Console.WriteLine($"report over all experiments {Path.Combine(_root, "REPORT.md")} and index.html");
        return [.. all.Select(entry => entry.Summary)];
    }
}
