using Reproduction.Claims;
using Reproduction.Reporting;
using Reproduction.Storage;
using Spectre.Console;

namespace Reproduction.Hosting.Verbs;

/// <summary>
/// Makes the user's results of a profile the reference results, with figures and reports, and brings the README's verdicts up to
/// date. Without results of the user's own, the reports are made again from the reference results.
/// </summary>
internal sealed class PublishVerb(HostSession session)
{
    private const int MostNamed = 10;

    /// <exception cref="UserErrorException">Reference results of trials that the new results lack would be lost.</exception>
    public int Run()
    {
        var figures = new FiguresVerb(session, session.Reference);
        if (figures.Unavailable is { } reason)
        {
            throw new UserErrorException($"--publish: {reason} The reference results stay as they are.");
        }

        var rows = session.MeasuredRows();
        if (rows.Count > 0)
        {
            RefuseLoss(session.Reference.ReadCsv(), rows);
            Directory.CreateDirectory(session.Reference.Folder);
            AtomicFile.Write(session.Reference.CsvPath, ResultsCsv.Format(rows));
            CopyPictures();
        }
        else
        {
            RefuseNothing();
            session.Console.WriteLine($"{session.Store.Folder} holds no results: the reference results are reported again.");
        }

        var results = session.ReferenceResults();
        var drawn = figures.Run(results, changed: rows.Count > 0);
        var summaries = new ReportVerb(session, session.Reference, session.ReferenceRoot).Write(results);
        VerdictBlock.Write(
            Path.Combine(session.Environment.Root, "README.md"), summaries, ClaimTable.ReadFrom(session.Environment.Root).Count);
        session.Console.WriteLine($"reference {session.Reference.CsvPath}");
        return drawn;
    }

    private void RefuseNothing()
    {
        if (session.Records.HadStale)
        {
            throw new UserErrorException(
                $"{session.Store.Folder}: found records of different settings only. "
                + "Give the options that they were made with to publish them.");
        }

        if (!File.Exists(session.Reference.CsvPath))
        {
            throw new UserErrorException(
                $"{session.Store.Folder}: found no results, and there are no reference results of profile {session.Profile.Name} either.");
        }

        session.RefuseSettingsWithoutRecords(session.Reference);
    }

    private void RefuseLoss(IReadOnlyList<ResultRow> committed, IReadOnlyList<ResultRow> rows)
    {
        var lost = committed.Select(row => row.TrialKey).Except(rows.Select(row => row.TrialKey)).Order(StringComparer.Ordinal).ToList();
        if (lost.Count == 0 || session.Options.Replace)
        {
            return;
        }

        var more = lost.Count > MostNamed ? $" and {lost.Count - MostNamed} more" : "";
        throw new UserErrorException(
            $"{session.Reference.CsvPath}: {lost.Count} trials have reference results but none in {session.Store.Folder}: "
            + $"{string.Join(", ", lost.Take(MostNamed))}{more}. Run them, or use --replace to give their results up.");
    }

    private void CopyPictures()
    {
        if (Directory.Exists(session.Reference.PictureFolder))
        {
            Directory.Delete(session.Reference.PictureFolder, recursive: true);
        }

        foreach (var trial in session.Records.All.Where(record => record.Pictures.Count > 0))
        {
            Directory.CreateDirectory(session.Reference.PictureFolderOf(trial.Trial));
            foreach (var name in trial.Pictures)
            {
                AtomicFile.Write(
                    session.Reference.PicturePath(trial.Trial, name), File.ReadAllBytes(session.Store.PicturePath(trial.Trial, name)));
            }
        }
    }
}
