using System.Diagnostics;
using System.Globalization;
using ModelZoo.Deberta;
using Training;

namespace Bench.Deberta;

/// <summary>
/// One method in a process of its own, so that its peak memory is its own. Each line that the process reads holds the rows'
/// lengths of one batch; it answers with the milliseconds of the step and the peak memory so far.
/// </summary>
internal sealed class DebertaPeer : IDisposable
{
    private readonly Process process;

    /// <summary>Starts the process and waits until its model stands.</summary>
    public DebertaPeer(string method)
    {
        var command = OwnProgram.Command("deberta", "--method", method);
        command.RedirectStandardInput = true;
        (Method, process) = (method, Process.Start(command)!);
        TrainableCount = long.Parse(Answer(), CultureInfo.InvariantCulture);
    }

    public string Method { get; }

    public long TrainableCount { get; }

    /// <summary>The largest resident memory of the steps so far.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Takes a training step on rows of these lengths; its milliseconds.</summary>
    public double Step(IEnumerable<int> lengths)
    {
        try
        {
            process.StandardInput.WriteLine(string.Join(' ', lengths));
            process.StandardInput.Flush();
        }
        catch (IOException exception)
        {
            throw Stopped(exception);
        }

        var parts = Answer().Split(' ');
        PeakBytes = long.Parse(parts[1], CultureInfo.InvariantCulture);
        return double.Parse(parts[0], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    /// <summary>The other side: first the count of trained numbers, then an answer to every batch, until there are no more.</summary>
    public static int Serve(TextReader input, TextWriter output, DebertaConfig config, string method)
    {
        TorchSharp.torch.set_num_threads(1);
        using var training = new DebertaTraining(config, DebertaMethods.All[DebertaMethods.IndexOf(method)]);
        Say(string.Create(CultureInfo.InvariantCulture, $"{training.TrainableCount}"));
        // The decomposition of the start is over; what follows is training.
        PeakMemory.Reset();
        while (input.ReadLine() is { } line)
        {
            int[] lengths = [.. line.Split(' ').Select(length => int.Parse(length, CultureInfo.InvariantCulture))];
            var milliseconds = Timing.Milliseconds(() => training.Step(lengths));
            Say(string.Create(CultureInfo.InvariantCulture, $"{milliseconds:R} {PeakMemory.Read()}"));
        }

        return 0;

        void Say(string line)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }

    private string Answer() => process.StandardOutput.ReadLine() ?? throw Stopped(null);

    private InvalidOperationException Stopped(IOException? exception) =>
        new($"the process of '{Method}' stopped; see its message above, or look for one of the system about memory", exception);
}
