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
    /// <exception cref="UserErrorException">Something of the reference results would be lost; nothing has been written.</exception>
    public int Run()
    {
        var figures = new FiguresVerb(session, session.Reference);
        if (figures.Unavailable is { } reason)
        {
            throw new UserErrorException($"--publish: {reason} The reference results stay as they are.");
        }

        if (session.Options.Filter.Count > 0)
        {
            throw new UserErrorException("--filter: has no effect with --publish, which takes all results of a profile.");
        }

        RefuseUnreadableSummaries();
        var rows = session.MeasuredRows();
        if (rows.Count > 0)
        {
            RefuseSettings();
            RefuseLoss(session.Reference.ReadCsv(), rows);
        }
        else
        {
            RefuseNothing();
            session.Console.WriteLine($"{session.Store.Folder} holds no results: the reference results are reported again.");
        }

        var report = new ReportVerb(session, session.Reference, session.ReferenceRoot);
        report.Check();
        if (rows.Count > 0)
        {
            var pictures = ReadPictures();
            session.Reference.WriteCsv(rows);
            WritePictures(pictures);
        }

        var results = session.ReferenceResults();
        var drawn = figures.Run(results, changed: rows.Count > 0);
        var summaries = report.Write(results);
        VerdictBlock.Write(
            Path.Combine(session.Environment.Root, "README.md"), summaries, ClaimTable.ReadFrom(session.Environment.Root).Count);
        session.Console.WriteLine($"reference {session.Reference.CsvPath}");
        return drawn;
    }

    // The README's verdicts are made from the summaries of all profiles: those of one that cannot be read would vanish.
    private void RefuseUnreadableSummaries()
    {
        foreach (var folder in OverallReport.Profiles(session.ReferenceRoot).Where(folder => folder != session.Reference.Folder
            && (File.Exists(Path.Combine(folder, "results.csv")) || File.Exists(Path.Combine(folder, ExperimentSummary.FileName)))))
        {
            try
            {
                ExperimentSummary.Read(folder);
            }
            catch (UserErrorException exception)
            {
                throw new UserErrorException(
                    $"--publish: {exception.Message} Its verdicts would be lost: restore it, or publish its profile first.", exception);
            }
        }
    }

    private void RefuseSettings()
    {
        if (session.RunOptions.Settings.Given is { Length: > 0 } given && !session.Options.Replace)
        {
            throw new UserErrorException(
                $"--set {given}: the reference results are those of the profile's own settings. "
                + "Use --replace to publish results of other ones in their place.");
        }
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

        throw new UserErrorException(
            $"{session.Reference.CsvPath}: {Names.Trials(lost.Count)} {(lost.Count == 1 ? "has" : "have")} reference results but none in "
            + $"{session.Store.Folder}: "
            + $"{Names.Some(lost)}. Run them, or use --replace to give their results up.");
    }

    private List<(string Path, byte[] Png)> ReadPictures() =>
    [
        .. from record in session.Records.All
           from name in record.Pictures
           select (session.Reference.PicturePath(record.Trial, name), File.ReadAllBytes(session.Store.PicturePath(record.Trial, name))),
    ];

    private void WritePictures(List<(string Path, byte[] Png)> pictures)
    {
        if (Directory.Exists(session.Reference.PictureFolder))
        {
            Directory.Delete(session.Reference.PictureFolder, recursive: true);
        }

        pictures.ForEach(picture => AtomicFile.Write(picture.Path, picture.Png));
    }
}
