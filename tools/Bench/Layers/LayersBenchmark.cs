using TorchSharp;
using static TorchSharp.torch;

namespace Bench.Layers;

/// <summary>
/// Forward and backward of one linear layer under every adapter. All schemes take one step a round, in a new order each round,
/// so that they meet the same machine; ratios are medians over the rounds.
/// </summary>
/// <remarks>
/// saved_weight_copies is what a forward leaves allocated for its backward beyond the frozen layer's output, over the size of
/// the weight. Input, weight, parameters and what an adapter keeps between steps (spectral A's residual, a copy of the weight)
/// were there before and do not count.
/// </remarks>
internal static class LayersBenchmark
{
    private const int WarmupRounds = 2;
    private const int MemoryRounds = 5;

    public static int Run(TextWriter output, TextWriter errors, bool csv, int rounds)
    {
        set_num_threads(1);
        errors.WriteLine(Processor.Description);
        if (!AllocatedMemory.IsKnown)
        {
            errors.WriteLine("saved_weight_copies is not measured: it needs glibc's mallinfo2.");
        }

        var rows = new Rows(
            output, csv, "shape", "tokens", "rank", "method", "ms_median", "ratio_to_frozen", "ratio_to_lora", "saved_weight_copies");
        foreach (var shape in LayerShape.All)
        {
            Measure(rows, shape, rounds);
        }

        return 0;
    }

    private static void Measure(Rows rows, LayerShape shape, int rounds)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(0);
        var weight = randn(shape.Out, shape.In, generator: generator).div_(Math.Sqrt(shape.In)); // [m, n]
        var bias = zeros(shape.Out); // [m]
        var input = randn(shape.Tokens, shape.In, generator: generator).requires_grad_(); // [T, n]
        var gradient = randn(shape.Tokens, shape.Out, generator: generator); // [T, m]
        var schemes = LayerScheme.All(shape, weight, bias, input, gradient);
        var times = Times(schemes, rounds);
        var saved = schemes.Select(scheme => Enumerable.Range(0, MemoryRounds).Min(_ => scheme.BytesAfterForward())).ToList();
        var frozen = times[0];
        var lora = times[schemes.ToList().FindIndex(scheme => scheme.Name == "lora")];
        foreach (var (scheme, (own, bytes)) in schemes.Zip(times.Zip(saved)))
        {
            var copies = (bytes - saved[0]) / (double)(weight.numel() * weight.ElementSize);
            rows.Add(
                $"{shape.Out}x{shape.In}", shape.Tokens, shape.Rank, scheme.Name,
                Timing.Digits(Timing.Median(own), "F2"), Timing.MedianRatio(own, frozen), Timing.MedianRatio(own, lora),
                AllocatedMemory.IsKnown ? Timing.Digits(copies, "F3") : "");
            scheme.Dispose();
        }
    }

    private static List<double>[] Times(IReadOnlyList<LayerScheme> schemes, int rounds)
    {
        var times = schemes.Select(_ => new List<double>()).ToArray();
        var order = Enumerable.Range(0, schemes.Count).ToArray();
        var random = new Random(0);
        for (var round = -WarmupRounds; round < rounds; round++)
        {
            random.Shuffle(order);
            foreach (var index in order)
            {
                var elapsed = Timing.Milliseconds(schemes[index].Step);
                if (round >= 0)
                {
                    times[index].Add(elapsed);
                }
            }
        }

        return times;
    }
}
