using System.Globalization;
using Training;

namespace Bench.Encoders;

/// <summary>
/// One method in a process of its own, so that its peak memory is its own. Each line that the process reads holds the rows'
/// lengths of one batch; it answers with the milliseconds of the step and the peak memory so far.
/// </summary>
internal sealed class EncoderPeer : IDisposable
{
    private readonly LineProcess _process;

    /// <summary>Starts the process and waits until its model is ready.</summary>
    public EncoderPeer(EncoderSubject subject, string method)
    {
        (Method, _process) = (method, new LineProcess(method, LineProcess.Own(subject.Command, "--method", method)));
        TrainableCount = long.Parse(_process.Greeting, CultureInfo.InvariantCulture);
    }

    public string Method { get; }

    public long TrainableCount { get; }

    /// <summary>The largest resident memory of the steps so far.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Takes a training step on rows of these lengths; its milliseconds.</summary>
    public double Step(IEnumerable<int> lengths)
    {
        var parts = _process.Ask(string.Join(' ', lengths)).Split(' ');
        PeakBytes = long.Parse(parts[1], CultureInfo.InvariantCulture);
        return double.Parse(parts[0], CultureInfo.InvariantCulture);
    }

    public void Dispose() => _process.Dispose();

    /// <summary>The other side: first the number of trainable parameters, then an answer to every batch, until there are no more.</summary>
    public static int Serve(TextReader input, TextWriter output, EncoderSubject subject, string method)
    {
        TorchSharp.torch.set_num_threads(1);
        using var training = new EncoderTraining(subject, subject.Method(method));
        // The decomposition of the start is over; what follows is training.
        PeakMemory.Reset();
        return LineProcess.Serve(input, output, string.Create(CultureInfo.InvariantCulture, $"{training.TrainableCount}"), line =>
        {
            int[] lengths = [.. line.Split(' ').Select(length => int.Parse(length, CultureInfo.InvariantCulture))];
            var milliseconds = Timing.Milliseconds(() => training.Step(lengths));
            return string.Create(CultureInfo.InvariantCulture, $"{milliseconds:R} {PeakMemory.Read()}");
        });
    }
}
