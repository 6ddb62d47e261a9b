using System.Globalization;
using TorchSharp;

namespace Bench.Torch;

/// <summary>Counts the native handles that training leaves behind.</summary>
internal static class LeakBenchmark
{
    private static readonly int[] Marks = [100, 500, 1000];

    public static int Run(TextWriter output)
    {
        torch.set_num_threads(1);
        using var training = new ToyTraining();
        var counts = new List<long>();
        for (var step = 1; step <= Marks[^1]; step++)
        {
            training.Step();
            if (Marks.Contains(step))
            {
                counts.Add(torch.Tensor.TotalCount);
                output.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{step,5} steps: {counts[^1]} live native handles, {Environment.WorkingSet >> 20} MiB resident"));
            }
        }

        var equal = counts.Distinct().Count() == 1;
        output.WriteLine(equal ? "equal" : "NOT equal");
        return equal ? 0 : 1;
    }
}
