namespace Bench.Steps;

/// <summary>Where a step's time goes: each part alone, best times; the rest is everything else, and colder caches.</summary>
internal static class PartTable
{
    /// <summary>Prints the table.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="csv">Whether comma-separated.</param>
    /// <param name="parts">The parts, measured.</param>
    /// <param name="step">The step's best time, in milliseconds.</param>
    public static void Show(TextWriter output, bool csv, IReadOnlyList<StepPart> parts, double step)
    {
        var rows = new Rows(output, csv, "gflop", "ms", "share", "gflop_per_s", "part");
        foreach (var part in parts)
        {
            Add(part.Name, part.Gflop, part.Milliseconds);
        }

        Add("the rest", 0, step - parts.Sum(part => part.Milliseconds));
        Add("step", parts.Sum(part => part.Gflop), step);

        void Add(string name, double gflop, double milliseconds) => rows.Add(
            gflop == 0 ? "-" : Timing.Digits(gflop, "F1"), Timing.Digits(milliseconds, "F1"), Timing.Digits(milliseconds / step, "F3"),
            gflop == 0 ? "-" : Timing.Digits(1000 * gflop / milliseconds, "F0"), name);
    }
}
