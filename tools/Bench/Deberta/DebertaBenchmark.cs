using System.Globalization;

namespace Bench.Deberta;

/// <summary>
/// Training steps of DeBERTaV3-base at its true size. All methods take one step a round, in a new order each round, so that
/// they meet the same machine; ratios are medians over the rounds. Then an epoch of rows of different lengths, in random
/// batches and in batches of similar length.
/// </summary>
internal static class DebertaBenchmark
{
    private const int Batch = 8;
    private const int Tokens = 128;

    public static int Run(TextWriter output, TextWriter errors, bool csv, int rounds)
    {
        errors.WriteLine(Processor.Description);
        errors.WriteLine(string.Create(CultureInfo.InvariantCulture, $"DeBERTaV3-base, random weights, batch {Batch} x {Tokens} tokens, "
            + $"one thread, rounds: {rounds}; the six models together take about 16 GiB"));
        var peers = new List<DebertaPeer>();
        try
        {
            foreach (var method in DebertaMethods.All)
            {
                peers.Add(new DebertaPeer(method.Method));
            }

            MeasureMethods(
                new Rows(output, csv, "method", "trainable", "ms_median", "ratio_to_full", "ratio_to_lora", "peak_mib"), peers, rounds);
            output.WriteLine();
            var lengths = new RowLengths(Batch);
            errors.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"LoRA, an epoch of {RowLengths.Rows} rows of {RowLengths.Shortest} to {RowLengths.Longest} tokens, distributed as RTE's"));
            MeasureBatches(
                new Rows(output, csv, "batches", "tokens", "computed", "ms_epoch", "ratio_to_random"),
                peers[DebertaMethods.IndexOf("lora")], lengths);
        }
        finally
        {
            peers.ForEach(peer => peer.Dispose());
        }

        return 0;
    }

    private static void MeasureMethods(Rows rows, IReadOnlyList<DebertaPeer> peers, int rounds)
    {
        var times = peers.Select(_ => new List<double>()).ToArray();
        int[] lengths = [.. Enumerable.Repeat(Tokens, Batch)];
        int[] order = [.. Enumerable.Range(0, peers.Count)];
        var random = new Random(0);
        // The first round warms up.
        for (var round = 0; round <= rounds; round++)
        {
            random.Shuffle(order);
            foreach (var index in order)
            {
                var milliseconds = peers[index].Step(lengths);
                if (round > 0)
                {
                    times[index].Add(milliseconds);
                }
            }
        }

        var (full, lora) = (times[DebertaMethods.IndexOf("full")], times[DebertaMethods.IndexOf("lora")]);
        foreach (var (peer, own) in peers.Zip(times))
        {
            rows.Add(
                peer.Method, peer.TrainableCount, Timing.Digits(Timing.Median(own), "F0"),
                Timing.MedianRatio(own, full), Timing.MedianRatio(own, lora), peer.PeakBytes >> 20);
        }
    }

    private static void MeasureBatches(Rows rows, DebertaPeer peer, RowLengths lengths)
    {
        var (random, bucketed) = (lengths.Random(), lengths.Bucketed());
        var (randomTime, bucketedTime) = (0.0, 0.0);
        // In turns, each first in every other; the longest rows warm up.
        peer.Step(random.MaxBy(batch => batch.Max())!);
        foreach (var (i, (first, second)) in random.Zip(bucketed).Index())
        {
            if (i % 2 == 0)
            {
                randomTime += peer.Step(first);
                bucketedTime += peer.Step(second);
            }
            else
            {
                bucketedTime += peer.Step(second);
                randomTime += peer.Step(first);
            }
        }

        Add("random", random, randomTime);
        Add("by_length", bucketed, bucketedTime);

        void Add(string name, IReadOnlyList<int[]> batches, double time) =>
            rows.Add(name, lengths.Tokens, RowLengths.Computed(batches), Timing.Digits(time, "F0"), Timing.Digits(time / randomTime, "F3"));
    }
}
