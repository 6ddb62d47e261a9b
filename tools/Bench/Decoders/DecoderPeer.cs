using System.Globalization;
using ModelZoo.Decoder;
using SpectralAdapters;
using Training;
using static TorchSharp.torch;

namespace Bench.Decoders;

/// <summary>
/// Training steps in a process of its own, so that its peak memory is its own. Each line that the process reads is a batch's sequences and
/// tokens; it answers with the milliseconds of the step and the peak memory so far.
/// </summary>
internal sealed class DecoderPeer : IDisposable
{
    private readonly LineProcess _process;

    /// <summary>Starts the process and waits until its model is ready.</summary>
    public DecoderPeer(string method, ScalarType type, bool recompute = false)
    {
        string[] flag = recompute ? [DecoderBenchmark.RecomputeOption] : [];
        Method = method;
        _process = new LineProcess(method, LineProcess.Own(
            [DecoderBenchmark.Command, DecoderBenchmark.MethodOption, method, DecoderBenchmark.TypeOption, TypeName(type), .. flag]));
        TrainableCount = long.Parse(_process.Greeting, CultureInfo.InvariantCulture);
    }

    public string Method { get; }

    public long TrainableCount { get; }

    /// <summary>The largest resident memory of the steps so far.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>f32 or bf16.</summary>
    public static string TypeName(ScalarType type) => type == ScalarType.BFloat16 ? DecoderBenchmark.Bfloat16 : DecoderBenchmark.Float32;

    /// <summary>Takes a training step; its milliseconds.</summary>
    public double Step(int batch, int length)
    {
        var parts = _process.Ask(string.Create(CultureInfo.InvariantCulture, $"{batch} {length}")).Split(' ');
        PeakBytes = long.Parse(parts[1], CultureInfo.InvariantCulture);
        return double.Parse(parts[0], CultureInfo.InvariantCulture);
    }

    public void Dispose() => _process.Dispose();

    /// <summary>The other side: first the number of trainable parameters, then an answer to every batch, until there are no more.</summary>
    public static int Serve(
        TextReader input, TextWriter output, DecoderConfig config, AdapterConfig method, ScalarType type, bool recompute)
    {
        set_num_threads(1);
        using var training = new DecoderTraining(config, method, type, recompute);
        PeakMemory.Reset();
        return LineProcess.Serve(input, output, string.Create(CultureInfo.InvariantCulture, $"{training.TrainableCount}"), line =>
        {
            int[] sizes = [.. line.Split(' ').Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
            var milliseconds = Timing.Milliseconds(() => training.Step(sizes[0], sizes[1]));
            return string.Create(CultureInfo.InvariantCulture, $"{milliseconds:R} {PeakMemory.Read()}");
        });
    }
}
