using System.Diagnostics;
using System.Globalization;

namespace Bench.Sweep;

/// <summary>
/// The same sweep with one worker process and with two, through the experiments' own command line; and as two programs
/// that know nothing of each other, which is what the machine can give.
/// </summary>
internal static class SweepBenchmark
{
    /// <summary>The word that makes this program the sweep's own.</summary>
    public const string ProgramWord = "sweep-program";

    public static int Run(TextWriter output, int rounds, int steps)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"8 trials of {steps} training steps, one thread a process, {Environment.ProcessorCount} processors, load {Load()}"));
        var (ratios, limits) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            var one = Measure(steps, ["--jobs", "1"]);
            var two = Measure(steps, ["--jobs", "2"]);
            var apart = Measure(steps, ["--filter", "seed=0,1,2,3"], ["--filter", "seed=4,5,6,7"]);
            ratios.Add(one / two);
            limits.Add(one / apart);
            output.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"--jobs 1 {one:F2} s, --jobs 2 {two:F2} s, two programs {apart:F2} s"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"throughput ratio of --jobs 2: {Timing.Median(ratios):F2} (aim 1.9), "
            + $"of two programs: {Timing.Median(limits):F2}; other programs' work lowers both (load {Load()})"));
        return 0;
    }

    private static double Measure(int steps, params string[][] programs)
    {
        var results = Directory.CreateTempSubdirectory("bench-sweep-").FullName;
        try
        {
            var watch = Stopwatch.StartNew();
            var running = programs.Select((arguments, i) =>
                Start([.. arguments, "--set", $"steps={steps}", "--results", Path.Combine(results, $"{i}")])).ToList();
            foreach (var process in running)
            {
                var text = process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                if (process.ExitCode != 0)
                {
                    throw new InvalidOperationException($"The sweep failed:\n{text}");
                }

                process.Dispose();
            }

            return watch.Elapsed.TotalSeconds;
        }
        finally
        {
            Directory.Delete(results, recursive: true);
        }
    }

    private static Process Start(string[] arguments)
    {
        var start = LineProcess.Own([ProgramWord, .. arguments]);
        start.RedirectStandardOutput = true;

        // Every process must use as many threads as each of two workers.
        start.Environment["OMP_NUM_THREADS"] = "1";
        return Process.Start(start)!;
    }

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
