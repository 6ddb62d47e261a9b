using System.Globalization;
using Reproduction.Storage;

namespace Reproduction.Hosting.Execution;

/// <summary>The time a trial takes, the parts before an interruption included: those are noted beside its checkpoint.</summary>
internal sealed class TrialClock
{
    private const string FileName = "elapsed.txt";

    private readonly Func<TimeSpan> _elapsed;
    private readonly double _before;
    private readonly string? _path;

    /// <summary>Starts, or continues, the time of a trial.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="checkpointFolder">The trial's checkpoint folder, which need not exist yet.</param>
    public TrialClock(TimeProvider time, string checkpointFolder)
    {
        var stamp = time.GetTimestamp();
        (Started, _elapsed) = (time.GetUtcNow(), () => time.GetElapsedTime(stamp));
        _path = Path.Combine(checkpointFolder, FileName);
        (_before, Resumed) = Read(_path);
    }

    /// <summary>The time of a trial that was watched from outside.</summary>
    public TrialClock(DateTimeOffset started, TimeSpan elapsed) => (Started, _elapsed) = (started, () => elapsed);

    /// <summary>When this part was started, by the machine's clock.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>How often the trial was interrupted and resumed.</summary>
    public int Resumed { get; }

    /// <summary>Seconds of all parts.</summary>
    public double Seconds => _before + _elapsed().TotalSeconds;

    /// <summary>Notes the time so far for the next part.</summary>
    public void Interrupt() => AtomicFile.Write(_path!, string.Create(CultureInfo.InvariantCulture, $"{Seconds:R} {Resumed + 1}"));

    /// <summary>How often a trial was interrupted so far.</summary>
    public static int Interruptions(string checkpointFolder) => Read(Path.Combine(checkpointFolder, FileName)).Count;

    private static (double Seconds, int Count) Read(string path) =>
        File.Exists(path) && File.ReadAllText(path).Split(' ') is [var seconds, var parts]
        && double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out var before)
        && double.IsFinite(before) && before >= 0
        && int.TryParse(parts, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? (before, count)
            : default;
}
