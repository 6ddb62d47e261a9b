using System.Globalization;
using static TorchSharp.torch;

namespace Bench.Decoders;

/// <summary>
/// Greedy generation after a prompt on one thread, beside llama.cpp's on the same weights, which this program writes as GGUF files; in
/// turns,
/// medians over the rounds. Tokens a second are those of the new tokens alone.
/// </summary>
internal static class GenerationBenchmark
{
    private const int LargeBatch = 16;

    private static readonly ScalarType[] Types = [ScalarType.Float32, ScalarType.BFloat16];

    public static void Run(TextWriter output, TextWriter errors, bool csv, int rounds)
    {
        errors.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"generation of {GenerationPeer.NewTokens} tokens after {GenerationPeer.PromptLength}, tokens/s of the new ones alone"));
        var source = DecoderWeights.Find();
        if (source is null)
        {
            errors.WriteLine($"no llama.cpp: {DecoderWeights.Variable} names no folder with SmolLM2's GGUF; random weights");
        }

        var rows = new Rows(output, csv, "type", "side", "batch", "cache", "tokens_per_s", "ratio_to_peer", "ratio_to_batch_1");
        foreach (var type in Types)
        {
            var path = source is null ? null : DecoderWeights.Copy(source, type);
            using var ours = new GenerationPeer(GenerationPeer.Ours, path, type);
            using var peer = path is null ? null : Start(errors, path, type);
            Measure(errors, rows, ours, peer, rounds);
        }
    }

    // llama.cpp's library may not load on this machine: what it wrote stands above.
    private static GenerationPeer? Start(TextWriter errors, string path, ScalarType type)
    {
        try
        {
            return new GenerationPeer(GenerationPeer.LlamaCpp, path, type);
        }
        catch (InvalidOperationException exception)
        {
            errors.WriteLine($"no llama.cpp: {exception.Message}");
            return null;
        }
    }

    private static void Measure(TextWriter errors, Rows rows, GenerationPeer ours, GenerationPeer? peer, int rounds)
    {
        var (own, other, large) = (new List<double>(), new List<double>(), new List<double>());
        var (text, otherText) = ("", "");
        // The first round warms up.
        for (var round = 0; round <= rounds; round++)
        {
            (var speed, text) = ours.Generate(1, cache: true);
            (var otherSpeed, otherText) = peer?.Generate(1, cache: true) ?? (double.NaN, "");
            var (largeSpeed, _) = ours.Generate(LargeBatch, cache: true);
            if (round > 0)
            {
                own.Add(speed);
                other.Add(otherSpeed);
                large.Add(largeSpeed);
            }
        }

        var type = DecoderPeer.TypeName(ours.Type);
        var (without, _) = ours.Generate(1, cache: false);
        Add(ours.Side, 1, true, Timing.Median(own), peer is null ? "-" : Timing.MedianRatio(own, other), "1.000");
        Add(ours.Side, LargeBatch, true, Timing.Median(large), "-", Timing.MedianRatio(large, own));
        Add(ours.Side, 1, false, without, "-", Timing.Digits(without / Timing.Median(own), "F3"));
        if (peer is not null)
        {
            Add(peer.Side, 1, true, Timing.Median(other), "1.000", "-");
            errors.WriteLine($"{type}: {Common(text, otherText)} of {GenerationPeer.NewTokens + 1} tokens are the same on both sides");
        }

        void Add(string side, int batch, bool cache, double speed, string toPeer, string toOne) =>
            rows.Add(type, side, batch, cache ? "yes" : "no", Timing.Digits(speed, "F1"), toPeer, toOne);
    }

    private static int Common(string first, string second) =>
        first.Split('-').Zip(second.Split('-')).TakeWhile(pair => pair.First == pair.Second).Count();
}
