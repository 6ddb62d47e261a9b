using Bench.Gemm;

namespace Bench.Steps;

/// <summary>Steps of several methods in turns, so that all meet the same machine.</summary>
internal static class StepRounds
{
    // Turns of the product that is the roof, spread over the run.
    private const int RoofTurns = 3;

    /// <summary>Measures.</summary>
    /// <param name="roof">The product whose best speed is the roof.</param>
    /// <param name="steps">A step of each method, which returns its milliseconds; in a new order each round.</param>
    /// <param name="parts">Parts that are measured alone in the same rounds.</param>
    /// <param name="rounds">The number of rounds, without the first, which warms up.</param>
    /// <returns>Each method's milliseconds by round, and the roof in GFLOP/s.</returns>
    public static (IReadOnlyList<IReadOnlyList<double>> Times, double Roof) Measure(
        GemmProduct roof, IReadOnlyList<Func<double>> steps, IReadOnlyList<StepPart> parts, int rounds)
    {
        List<double>[] times = [.. steps.Select(_ => new List<double>())];
        int[] order = [.. Enumerable.Range(0, steps.Count)];
        var random = new Random(0);
        var best = 0.0;
        for (var round = 0; round <= rounds; round++)
        {
            for (var turn = 0; turn < RoofTurns; turn++)
            {
                best = Math.Max(best, roof.Measure());
            }

            random.Shuffle(order);
            foreach (var index in order)
            {
                var milliseconds = steps[index]();
                if (round > 0)
                {
                    times[index].Add(milliseconds);
                }
            }

            foreach (var part in parts)
            {
                part.Measure();
            }
        }

        return (times, best);
    }
}
