using System.Diagnostics;
using System.Globalization;
using TorchSharp;

namespace Bench.Torch;

/// <summary>Steps per second in C# against Python, in turns, so that both meet the same machine.</summary>
internal static class TorchBenchmark
{
    private const int WarmupSteps = 10;

    public static int Run(TextWriter output, int rounds, int steps)
    {
        torch.set_num_threads(1);
        using var training = new ToyTraining();
        using var peer = PythonPeer.Start();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"libtorch {torch.__version__}, one thread, {training.ParameterCount:N0} parameters, {rounds} x {steps} steps"));
        MeasureSteps(training, WarmupSteps);
        peer?.MeasureSteps(WarmupSteps);

        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            ours.Add(steps / MeasureSteps(training, steps));
            if (peer is not null)
            {
                theirs.Add(steps / peer.MeasureSteps(steps));
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"C#      {Median(ours):F2} steps/s (median of {rounds}, {ours.Min():F2} to {ours.Max():F2})"));
        if (peer is null)
        {
            output.WriteLine("Python  not measured: python3 has no torch (Debian: python3-torch)");
            return 0;
        }

        var ratios = ours.Zip(theirs, (own, other) => own / other).ToList();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Python  {Median(theirs):F2} steps/s (median of {rounds}, {theirs.Min():F2} to {theirs.Max():F2}), torch {peer.Version}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio   {Median(ratios):F3} (C# / Python, median of the rounds; aim 1.0, not under 0.97)"));
        return 0;
    }

    private static double MeasureSteps(ToyTraining training, int steps)
    {
        var watch = Stopwatch.StartNew();
        for (var step = 0; step < steps; step++)
        {
            training.Step();
        }

        return watch.Elapsed.TotalSeconds;
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
