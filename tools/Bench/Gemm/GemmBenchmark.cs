using System.Globalization;

namespace Bench.Gemm;

/// <summary>
/// The speed of matrix products on one thread, with MKL's Intel path and without. Both sides take turns; ratios are medians over
/// the rounds.
/// </summary>
internal static class GemmBenchmark
{
    /// <summary>The option that makes this program one of the two sides.</summary>
    public const string ServeOption = "--serve";

    public static int Run(TextWriter output, TextWriter errors, bool csv, int rounds)
    {
        using var with = MklPath.Start(intel: true, "gemm", ServeOption);
        using var without = MklPath.Start(intel: false, "gemm", ServeOption);
        errors.WriteLine(Processor.Description);
        errors.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{with.Greeting}; one thread, rounds: {rounds}"));
        errors.WriteLine(MklPath.Remark);
        var rows = new Rows(output, csv, "product", "shape", "type", "gflops", "gflops_without", "ratio");
        foreach (var (index, product) in GemmProduct.All.Index())
        {
            var (on, off) = (new List<double>(), new List<double>());
            // The first round warms up.
            for (var round = 0; round <= rounds; round++)
            {
                var (first, second) = (Measure(with, index), Measure(without, index));
                if (round > 0)
                {
                    on.Add(first);
                    off.Add(second);
                }
            }

            rows.Add(
                product.Name, product.Shape, product.Type.ToString().ToLowerInvariant(),
                Timing.Digits(Timing.Median(on), "F0"), Timing.Digits(Timing.Median(off), "F0"), Timing.MedianRatio(on, off));
        }

        return 0;
    }

    /// <summary>One side: each line is the index of a product, each answer its billions of operations a second.</summary>
    public static int Serve(TextReader input, TextWriter output)
    {
        TorchSharp.torch.set_num_threads(1);
        return LineProcess.Serve(input, output, MklPath.Library, line =>
            GemmProduct.All[int.Parse(line, CultureInfo.InvariantCulture)].Measure().ToString("R", CultureInfo.InvariantCulture));
    }

    private static double Measure(LineProcess side, int index) =>
        double.Parse(side.Ask(index.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
}
