using System.Diagnostics;
using System.Globalization;
using ModelZoo.Deberta;
using SpectralAdapters;
using TorchSharp;
using Training;
using Training.Optimization;
using static TorchSharp.torch;

namespace Bench.Deberta;

/// <summary>
/// Training steps of DeBERTaV3-base at its true size, on random weights. Each method runs in a process of its own, so that
/// its peak memory is its own.
/// </summary>
internal static class DebertaBenchmark
{
    private const int Batch = 8;
    private const int Tokens = 128;
    private const int Rank = 24;

    private static readonly TargetModules Projections = TargetModules.Named("query_proj", "key_proj", "value_proj");

    private static readonly Dictionary<string, Func<AdapterConfig>> Methods = new()
    {
        ["full"] = () => new FullConfig(),
        ["lora"] = () => new LoraConfig { Rank = Rank, Alpha = 32, TargetModules = Projections, ModulesToSave = ["classifier"] },
        ["spectral-a"] = () => new SpectralAConfig { Columns = ColumnSelection.Top(Rank), Form = SpectralForm.Residual, TargetModules = Projections, ModulesToSave = ["classifier"] },
    };

    /// <summary>Every method in turn; the steps' time is the median.</summary>
    public static int Run(TextWriter output, int steps)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"DeBERTaV3-base, random weights, batch {Batch} x {Tokens} tokens, one thread, median of {steps} steps"));
        output.WriteLine("method       trainable     ms/step   ratio to full   peak memory MiB");
        double? full = null;
        foreach (var method in Methods.Keys)
        {
            using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["deberta", "--method", method, "--steps", steps.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
            var answer = child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            if (child.ExitCode != 0)
            {
                return child.ExitCode;
            }

            var parts = answer.Split(' ');
            var milliseconds = double.Parse(parts[1], CultureInfo.InvariantCulture);
            full ??= milliseconds;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{method,-11}{long.Parse(parts[0], CultureInfo.InvariantCulture),11:N0}{milliseconds,12:F0}{milliseconds / full,16:F3}{long.Parse(parts[2], CultureInfo.InvariantCulture) >> 20,18:N0}"));
        }

        return 0;
    }

    /// <summary>One method in this process: writes trainable numbers, milliseconds a step and peak memory in bytes.</summary>
    public static int RunMethod(TextWriter output, string method, int steps)
    {
        set_num_threads(1);
        using var generator = new Generator(0);
        using var model = new DebertaForSequenceClassification(DebertaConfig.V3Base, generator);
        var adapted = AdaptedModel.Attach(model, Methods[method](), generator);
        using var parameters = new FlatParameters(adapted.NamedTrainableParameters());
        using var optimizer = new FlatAdamW([new ParameterGroup(parameters, LearningRate: 1e-4, WeightDecay: 0.01)]);
        // The decomposition of the start is over; what follows is training.
        PeakMemory.Reset();
        var times = new List<double>();
        for (var step = 0; step <= steps; step++)
        {
            var start = Stopwatch.GetTimestamp();
            Step(model, parameters, optimizer, generator);
            if (step > 0)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        times.Sort();
        output.Write(string.Create(CultureInfo.InvariantCulture, $"{parameters.Count} {times[times.Count / 2]:F1} {PeakMemory.Read()}"));
        return 0;
    }

    private static void Step(DebertaForSequenceClassification model, FlatParameters parameters, FlatAdamW optimizer, Generator generator)
    {
        using var scope = NewDisposeScope();
        var ids = randint(3, DebertaConfig.V3Base.VocabSize, new long[] { Batch, Tokens }, generator: generator); // [B, T]
        var labels = randint(0, DebertaConfig.V3Base.NumLabels, new long[] { Batch }, generator: generator); // [B]
        model.Loss(model.call(ids, null), labels).backward();
        parameters.CollectGradients();
        optimizer.Step(1);
    }
}
