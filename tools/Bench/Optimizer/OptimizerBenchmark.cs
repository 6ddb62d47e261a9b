using System.Globalization;
using SpectralAdapters;
using TorchSharp;
using TorchSharp.Modules;
using Training.Optimization;
using static TorchSharp.torch;

namespace Bench.Optimizer;

/// <summary>An AdamW step over many small adapter tensors: in one flat buffer, and tensor by tensor. Both take turns.</summary>
internal static class OptimizerBenchmark
{
    private const int Tensors = 400;
    private const int Rank = 8;
    private const int Width = 768;
    private const int Rounds = 60;
    private const int WarmupRounds = 5;
    private const double LearningRate = 1e-4;
    private const double WeightDecay = 0.01;

    public static int Run(TextWriter output)
    {
        set_num_threads(1);
        using var scope = NewDisposeScope();
        var flat = Parameters(1);
        using var buffer = new FlatParameters(flat.Select((parameter, index) => ($"{index}", parameter)));
        using var flatOptimizer = new FlatAdamW([new FlatParameterGroup(buffer, LearningRate, WeightDecay)]);
        var single = Parameters(1);
        using var singleOptimizer = new TensorAdamW(single, LearningRate, WeightDecay);
        SetGradients(single);

        var (flatTimes, singleTimes) = (new List<double>(), new List<double>());
        for (var round = -WarmupRounds; round < Rounds; round++)
        {
            SetGradients(flat);
            var flatTime = Timing.Milliseconds(() =>
            {
                buffer.CollectGradients();
                flatOptimizer.Step(1);
            });
            var singleTime = Timing.Milliseconds(singleOptimizer.Step);
            if (round >= 0)
            {
                flatTimes.Add(flatTime);
                singleTimes.Add(singleTime);
            }
        }

        var difference = flat.Zip(single, (first, second) => first.sub(second).abs().max().item<float>()).Max();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"AdamW over {Tensors} tensors of {Rank} x {Width}, {buffer.Count:N0} numbers, one thread, median of {Rounds} steps"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"flat buffer       {Timing.Median(flatTimes):F3} ms"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"tensor by tensor  {Timing.Median(singleTimes):F3} ms"));
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"ratio             {Timing.Median(singleTimes.Zip(flatTimes, (slow, fast) => slow / fast)):F2} (tensor by tensor / "
                + $"flat, median of the steps)"));
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"difference        {difference:E1} (largest, between the two after all steps)"));
        return 0;
    }

    private static List<Parameter> Parameters(ulong seed)
    {
        using var generator = new Generator(seed);
        return [.. Enumerable.Range(0, Tensors).Select(_ => new Parameter(randn(Rank, Width, generator: generator), requires_grad: true))];
    }

    private static void SetGradients(List<Parameter> parameters)
    {
        using var generator = new Generator(2);
        foreach (var parameter in parameters)
        {
            parameter.grad = randn(parameter.shape, generator: generator);
        }
    }
}
