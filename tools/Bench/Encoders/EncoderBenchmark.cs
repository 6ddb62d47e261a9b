using System.Globalization;
using Bench.Gemm;
using Bench.Steps;
using static TorchSharp.torch;

namespace Bench.Encoders;

/// <summary>
/// Training steps of an encoder at its true size. All methods take one step a round, in a new order each round, so that they meet the
/// same machine; ratios are medians over the rounds. Work is the best time times the roof of the same run, which carries over to another
/// processor better than seconds do. The parts of LoRA's step are measured alone in the same rounds. Then an epoch of examples of different
/// lengths, in random batches and in batches of similar length.
/// </summary>
internal static class EncoderBenchmark
{
    private static readonly GemmProduct Roof = new("roof", ScalarType.Float32, 1, 1024, 768, 1536);

    public static int Run(TextWriter output, TextWriter errors, bool csv, EncoderSubject subject, int rounds)
    {
        set_num_threads(1);
        errors.WriteLine(Processor.Description);
        errors.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{subject.Title}, random weights, batch {subject.Batch} x {subject.Tokens} tokens, one thread, rounds: {rounds}"));
        var peers = new List<EncoderPeer>();
        try
        {
            foreach (var method in subject.Methods)
            {
                peers.Add(new EncoderPeer(subject, method.Method));
            }

            using var parts = new EncoderParts(subject);
            var lora = MeasureMethods(output, errors, csv, subject, peers, parts.All, rounds);
            output.WriteLine();
            errors.WriteLine("where LoRA's best step went: each part alone, best times; the rest is everything else, and colder caches");
            PartTable.Show(output, csv, parts.All, lora);
            output.WriteLine();
            var lengths = new RowLengths(subject.Batch);
            errors.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"LoRA, an epoch of {RowLengths.Batches} batches of {RowLengths.Shortest} to {RowLengths.Longest} tokens, as RTE's"));
            MeasureBatches(
                new Rows(output, csv, "batches", "tokens", "computed", "ms_epoch", "ratio_to_random"),
                peers[subject.IndexOf("lora")], lengths);
        }
        finally
        {
            peers.ForEach(peer => peer.Dispose());
        }

        return 0;
    }

    // LoRA's best time, in milliseconds.
    private static double MeasureMethods(
        TextWriter output, TextWriter errors, bool csv, EncoderSubject subject, IReadOnlyList<EncoderPeer> peers,
        IReadOnlyList<StepPart> parts, int rounds)
    {
        int[] lengths = [.. Enumerable.Repeat(subject.Tokens, subject.Batch)];
        var (times, roof) = StepRounds.Measure(Roof, [.. peers.Select(peer => (Func<double>)(() => peer.Step(lengths)))], parts, rounds);
        errors.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"roof {roof:F0} GFLOP/s (f32, {Roof.Shape}); work is the best time times it; theirs: Hugging Face and PEFT; LoRA's floor "
            + $"{subject.Floor}"));
        var rows = new Rows(
            output, csv, "method", "trainable", "ms_median", "examples_per_s", "ratio_to_full", "ratio_to_lora", "gflop", "theirs",
            "peak_mib");
        var (full, lora) = (times[subject.IndexOf("full")], times[subject.IndexOf("lora")]);
        foreach (var (peer, own) in peers.Zip(times))
        {
            var median = Timing.Median(own);
            rows.Add(
                peer.Method, peer.TrainableCount, Timing.Digits(median, "F0"), Timing.Digits(1000 * subject.Batch / median, "F1"),
                Timing.MedianRatio(own, full), Timing.MedianRatio(own, lora), Timing.Digits(own.Min() * roof / 1000, "F0"),
                subject.PeerWork.TryGetValue(peer.Method, out var theirs) ? Timing.Digits(theirs, "F0") : "-", peer.PeakBytes >> 20);
        }

        return lora.Min();
    }

    private static void MeasureBatches(Rows rows, EncoderPeer peer, RowLengths lengths)
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
