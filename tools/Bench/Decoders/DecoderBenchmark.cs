using System.Globalization;
using Bench.Gemm;
using Bench.Steps;
using ModelZoo.Decoder;
using SpectralAdapters;
using static TorchSharp.torch;

namespace Bench.Decoders;

/// <summary>
/// Training steps of SmolLM2-135M at its true size under several methods over a float32 and a bfloat16 base, in turns; where LoRA's step
/// goes; what recomputation saves; and greedy generation beside llama.cpp's on the same weights. One thread.
/// </summary>
internal static class DecoderBenchmark
{
    public const string Command = "decoder";
    public const string MethodOption = "--method";
    public const string TypeOption = "--type";
    public const string RecomputeOption = "--recompute";
    public const string GenerateOption = "--generate";
    public const string WeightsOption = "--weights";
    public const string Float32 = "f32";
    public const string Bfloat16 = "bf16";

    /// <summary>Multiplications and additions that a LoRA step cannot do without, in GFLOP.</summary>
    public const int Floor = 580;

    private const int Batch = 4;
    private const int Length = 256;

    // The batch of recomputation's peak memory.
    private const int LongLength = 512;

    private static readonly DecoderConfig Config = DecoderConfig.SmolLm2_135M;

    /// <summary>The element type of a name.</summary>
    public static ScalarType Type(string name) => name == Bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    public static int Run(TextWriter output, TextWriter errors, bool csv, int rounds)
    {
        set_num_threads(1);
        errors.WriteLine(Processor.Description);
        errors.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"SmolLM2-135M, random weights, {Batch} x {Length} tokens, one thread, rounds: {rounds}"));
        using (var parts = new DecoderParts(Config, Batch, Length))
        {
            var lora = MeasureMethods(output, errors, csv, ScalarType.Float32, parts.All, rounds);
            output.WriteLine();
            errors.WriteLine("where LoRA's best step went: each part alone, best times; the rest is everything else, and colder caches");
            PartTable.Show(output, csv, parts.All, lora);
        }

        output.WriteLine();
        errors.WriteLine(
            $"bf16 base, products {(Bfloat16Products.AreNative ? "native" : "of weights widened to f32, as this processor has none")}");
        MeasureMethods(output, errors, csv, ScalarType.BFloat16, [], rounds);
        output.WriteLine();
        errors.WriteLine(string.Create(CultureInfo.InvariantCulture, $"LoRA, f32, {Batch} x {LongLength} tokens"));
        MeasureRecomputation(new Rows(output, csv, "activations", "ms", "ratio", "peak_mib"));
        output.WriteLine();
        GenerationBenchmark.Run(output, errors, csv, rounds);
        return 0;
    }

    // LoRA's best time, in milliseconds. Each other method takes turns with LoRA: all at once would not fit into memory.
    private static double MeasureMethods(
        TextWriter output, TextWriter errors, bool csv, ScalarType type, IReadOnlyList<StepPart> parts, int rounds)
    {
        using var lora = new DecoderPeer("lora", type);
        var product = new GemmProduct("roof", type, 1, 1024, 768, 1536);
        var roof = 0.0;
        var measured = new List<(DecoderPeer Peer, double Median, string Ratio, double Best)>();
        var all = new List<double>();
        foreach (var method in DecoderMethods.All.Where(method => method.Method != lora.Method))
        {
            using var peer = new DecoderPeer(method.Method, type);
            var (times, found) = StepRounds.Measure(
                product, [() => peer.Step(Batch, Length), () => lora.Step(Batch, Length)], parts, rounds);
            roof = Math.Max(roof, found);
            all.AddRange(times[1]);
            measured.Add((peer, Timing.Median(times[0]), Timing.MedianRatio(times[0], times[1]), times[0].Min()));
        }

        var best = all.Min();
        measured.Insert(0, (lora, Timing.Median(all), "1.000", best));
        errors.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"roof {roof:F0} GFLOP/s ({DecoderPeer.TypeName(type)}, {product.Shape}); work is the best time times it; theirs: Hugging Face "
            + $"and PEFT; LoRA's floor {Floor}"));
        var rows = new Rows(
            output, csv, "type", "method", "trainable", "ms_median", "tokens_per_s", "ratio_to_lora", "gflop", "theirs", "peak_mib");
        foreach (var (peer, median, ratio, own) in measured)
        {
            var theirs = DecoderMethods.PeerWork(peer.Method, type == ScalarType.BFloat16);
            rows.Add(
                DecoderPeer.TypeName(type), peer.Method, peer.TrainableCount, Timing.Digits(median, "F0"),
                Timing.Digits(1000 * Batch * Length / median, "F0"), ratio, Timing.Digits(own * roof / 1000, "F0"),
                theirs is { } work ? Timing.Digits(work, "F0") : "-", peer.PeakBytes >> 20);
        }

        return best;
    }

    private static void MeasureRecomputation(Rows rows)
    {
        using var kept = new DecoderPeer("lora", ScalarType.Float32);
        using var again = new DecoderPeer("lora", ScalarType.Float32, recompute: true);
        var (first, second) = (double.PositiveInfinity, double.PositiveInfinity);
        for (var turn = 0; turn < 3; turn++)
        {
            first = Math.Min(first, kept.Step(Batch, LongLength));
            second = Math.Min(second, again.Step(Batch, LongLength));
        }

        rows.Add("kept", Timing.Digits(first, "F0"), "1.000", kept.PeakBytes >> 20);
        rows.Add("recomputed", Timing.Digits(second, "F0"), Timing.Digits(second / first, "F3"), again.PeakBytes >> 20);
    }
}
