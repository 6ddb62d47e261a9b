using System.Globalization;
using SpectralExperiments.Startup;
using TorchSharp;

namespace Bench.Torch;

/// <summary>
/// Steps per second in C#, with MKL's Intel path and, where that makes a difference, without, against Python: in turns, so that
/// all meet the same machine.
/// </summary>
internal static class TorchBenchmark
{
    /// <summary>The option that makes this program one of those that are measured.</summary>
    public const string ServeOption = "--serve";

    private const int WarmupSteps = 10;

    public static int Run(TextWriter output, int rounds, int steps)
    {
        var sides = new List<LineProcess>();
        try
        {
            sides.Add(MklPath.Start(intel: true, "torch", ServeOption));
            if (IntelKernels.WouldHelp)
            {
                sides.Add(MklPath.Start(intel: false, "torch", ServeOption));
            }

            if (Python.Start() is { } python)
            {
                sides.Add(python);
            }

            Measure(output, sides, rounds, steps);
        }
        finally
        {
            sides.ForEach(side => side.Dispose());
        }

        return 0;
    }

    /// <summary>The C# side: each line is a number of steps, each answer the seconds that they took.</summary>
    public static int Serve(TextReader input, TextWriter output)
    {
        torch.set_num_threads(1);
        using var training = new ToyTraining();
        return LineProcess.Serve(input, output, MklPath.Library, line =>
        {
            var steps = int.Parse(line, CultureInfo.InvariantCulture);
            var milliseconds = Timing.Milliseconds(() =>
            {
                for (var step = 0; step < steps; step++)
                {
                    training.Step();
                }
            });
            return (milliseconds / 1000).ToString("R", CultureInfo.InvariantCulture);
        });
    }

    private static void Measure(TextWriter output, IReadOnlyList<LineProcess> sides, int rounds, int steps)
    {
        output.WriteLine(Processor.Description);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"steps/s on one thread, {rounds} x {steps} steps: median, smallest, largest; C# over each, median of the rounds"));
        var speeds = sides.Select(_ => new List<double>()).ToArray();
        foreach (var side in sides)
        {
            Measure(side, WarmupSteps);
        }

        for (var round = 0; round < rounds; round++)
        {
            foreach (var (side, own) in sides.Zip(speeds))
            {
                own.Add(steps / Measure(side, steps));
            }
        }

        foreach (var (side, own) in sides.Zip(speeds))
        {
            var ratio = Timing.MedianRatio(speeds[0], own);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{side.Name,-24}{Timing.Median(own),8:F2}{own.Min(),8:F2}{own.Max(),8:F2}{ratio,8}  {side.Greeting}"));
        }

        if (sides.All(side => side.Name != Python.Name))
        {
            output.WriteLine("Python is not measured: no python3 has torch (Debian: python3-torch libopenblas0-openmp)");
        }
    }

    /// <summary>The seconds of a number of steps.</summary>
    private static double Measure(LineProcess side, int steps) =>
        double.Parse(side.Ask(steps.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
}
