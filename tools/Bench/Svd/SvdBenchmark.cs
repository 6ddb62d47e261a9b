using SpectralAdapters;
using SpectralAdapters.Factors;
using TorchSharp;

namespace Bench.Svd;

/// <summary>Randomised singular factors against the full decomposition, in time and in the angle to the true singular vectors.</summary>
/// <remarks>
/// The filter of the subspace iteration was chosen among about twenty settings on these same spectra (at 768 and 1536), so
/// the speed-ups are those of spectra it was tuned for; other spectra were not timed.
/// </remarks>
internal static class SvdBenchmark
{
    private const int RandomisedRounds = 7;
    private const int FullRounds = 5;

    // One takes a quarter of a minute, so that noise of milliseconds does not matter.
    private const long SingleRoundSide = 2048;

    private static readonly (long Out, long In)[] Shapes = [(768, 768), (1024, 1024), (4096, 1024), (4096, 4096)];
    private static readonly double[] Decays = [0.3, 0.5, 1];

    public static int Run(TextWriter output, TextWriter errors, bool csv, int[] ranks)
    {
        torch.set_num_threads(1);
        errors.WriteLine(Processor.Description);
        var rows = new Rows(output, csv, "shape", "rank", "spectrum", "full_ms", "randomised_ms", "speedup", "max_sine");
        foreach (var (outFeatures, inFeatures) in Shapes)
        {
            using var known = new KnownFactors(outFeatures, inFeatures);
            foreach (var decay in Decays)
            {
                Measure(rows, known, (outFeatures, inFeatures), decay, ranks);
            }
        }

        return 0;
    }

    private static void Measure(Rows rows, KnownFactors known, (long Out, long In) shape, double decay, int[] ranks)
    {
        using var weight = known.Weight(decay); // [m, n]
        var source = new RandomisedFactorSource();
        var sines = ranks.Select(rank => LargestSine(source, known, weight, rank)).ToList();
        var full = new List<double>();
        var randomised = ranks.Select(_ => new List<double>()).ToList();
        for (var round = 0; round < RandomisedRounds; round++)
        {
            if (round < (Math.Min(shape.Out, shape.In) < SingleRoundSide ? FullRounds : 1))
            {
                full.Add(Timing.Milliseconds(() => Decompose(weight)));
            }

            foreach (var (rank, times) in ranks.Zip(randomised))
            {
                times.Add(Timing.Milliseconds(() => source.Get("", weight, ColumnSelection.Top(rank)).Dispose()));
            }
        }

        foreach (var ((rank, times), sine) in ranks.Zip(randomised).Zip(sines))
        {
            rows.Add(
                $"{shape.Out}x{shape.In}", rank, FormattableString.Invariant($"i^-{decay}"),
                Timing.Digits(Timing.Median(full), "F1"), Timing.Digits(Timing.Median(times), "F1"),
                Timing.Digits(Timing.Median(full) / Timing.Median(times), "F1"), Timing.Digits(sine, "E1"));
        }
    }

    private static double LargestSine(RandomisedFactorSource source, KnownFactors known, torch.Tensor weight, int rank)
    {
        using var factors = source.Get("", weight, ColumnSelection.Top(rank));
        return factors.Origin.Method == "randomised"
            ? known.LargestSine(factors.U, factors.V)
            : throw new InvalidOperationException(
                $"rank {rank} of [{string.Join(", ", weight.shape)}] is not decomposed by the randomised method: {factors.Origin.Remark}");
    }

    private static void Decompose(torch.Tensor weight)
    {
        using var scope = torch.NewDisposeScope();
        torch.linalg.svd(weight, fullMatrices: false);
    }
}
