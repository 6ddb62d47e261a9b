using System.Globalization;
using Reproduction.Storage;
using Spectre.Console;

namespace Reproduction.Hosting.Display;

/// <summary>Progress bars on a terminal, plain lines elsewhere.</summary>
internal static class RunDisplay
{
    /// <summary>Shows the run of <paramref name="trials"/> trials while <paramref name="run"/> works.</summary>
    public static void Show(HostEnvironment environment, int trials, Action<IRunDisplay> run)
    {
        if (!environment.Interactive)
        {
            run(new PlainDisplay(environment, trials));
            return;
        }

        environment.Console.Progress()
            .HideCompleted(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn())
            .Start(progress => run(new BarDisplay(environment.Console, progress, trials)));
    }

    /// <summary>One line on how a trial ended.</summary>
    public static string Outcome(Trial trial, TrialRecord record) => record.ErrorLine is { } error
        ? $"FAILED {trial.Label}: {error}"
        : $"done {trial.Label} in {Time(record.Manifest.WallSeconds)}{Parts(record.Manifest.Resumed)}";

    /// <summary>One line on a trial that ended without a record.</summary>
    public static string Unfinished(Trial trial, string reason) => $"UNFINISHED {trial.Label}: {reason}";

    private static string Parts(int resumed) => resumed switch
    {
        0 => "",
        1 => ", resumed once",
        _ => string.Create(CultureInfo.InvariantCulture, $", resumed {resumed} times"),
    };

    /// <summary>Seconds as 0:05, 12:34 or 1:02:03.</summary>
    public static string Time(double seconds)
    {
        var span = TimeSpan.FromSeconds(Math.Round(seconds));
        return span.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours}:{span:mm\\:ss}")
            : span.ToString("m\\:ss", CultureInfo.InvariantCulture);
    }
}
