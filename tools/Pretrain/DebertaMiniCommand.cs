using System.CommandLine;
using System.Runtime.InteropServices;
using Pretrain.Deberta;

namespace Pretrain;

/// <summary>The command line of deberta-mini.</summary>
internal static class DebertaMiniCommand
{
    private static readonly PretrainingSettings Default = new();

    public static Command Create()
    {
        var text = new Option<string?>("--text") { Description = "English text: a .txt or .txt.gz file or a folder of them; without it the generated text alone" };
        var objective = new Option<PretrainingObjective>("--objective") { Description = "mlm (masked-language modelling) or rtd (replaced-token detection)", DefaultValueFactory = _ => Default.Objective };
        var steps = new Option<int>("--steps") { Description = "optimiser steps", DefaultValueFactory = _ => Default.Steps };
        var batch = new Option<int>("--batch") { Description = "sequences a step", DefaultValueFactory = _ => Default.BatchSize };
        var length = new Option<int>("--length") { Description = "tokens of a sequence", DefaultValueFactory = _ => Default.SequenceLength };
        var learningRate = new Option<double>("--learning-rate") { Description = "peak learning rate", DefaultValueFactory = _ => Default.LearningRate };
        var generated = new Option<int>("--generated") { Description = "generated sequences in a hundred", DefaultValueFactory = _ => Default.GeneratedPercent };
        var vocabulary = new Option<int>("--vocabulary") { Description = "most ids of the vocabulary", DefaultValueFactory = _ => Default.VocabularySize };
        var hidden = new Option<int>("--hidden-size") { Description = "width of the model", DefaultValueFactory = _ => Default.HiddenSize };
        var layers = new Option<int>("--layers") { Description = "layers of the model", DefaultValueFactory = _ => Default.Layers };
        var seed = new Option<int>("--seed") { Description = "seed of everything random", DefaultValueFactory = _ => Default.Seed };
        var run = new Option<string>("--run") { Description = "folder of the run's state; the same command goes on from there", DefaultValueFactory = _ => "artifacts/pretrain/deberta-mini" };
        var output = new Option<string>("--out") { Description = "folder of the finished model", DefaultValueFactory = _ => "data/zoo/deberta-mini" };

        var command = new Command("deberta-mini", "trains the small DeBERTaV3 of data/zoo from plain text")
        {
            text, objective, steps, batch, length, learningRate, generated, vocabulary, hidden, layers, seed, run, output,
        };
        command.SetAction(parsed => Failures.Report(() => Run(
            new PretrainingSettings
            {
                Objective = parsed.GetValue(objective),
                Steps = parsed.GetValue(steps),
                BatchSize = parsed.GetValue(batch),
                SequenceLength = parsed.GetValue(length),
                LearningRate = parsed.GetValue(learningRate),
                GeneratedPercent = parsed.GetValue(generated),
                VocabularySize = parsed.GetValue(vocabulary),
                HiddenSize = parsed.GetValue(hidden),
                Layers = parsed.GetValue(layers),
                Seed = parsed.GetValue(seed),
            },
            parsed.GetValue(text),
            parsed.GetValue(run)!,
            parsed.GetValue(output)!)));
        return command;
    }

    private static int Run(PretrainingSettings settings, string? text, string runFolder, string outputFolder)
    {
        using var cancellation = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var pretraining = new DebertaPretraining(settings, text is null ? null : TextCorpus.Load(text), runFolder, Console.Out);
        try
        {
            pretraining.Run(outputFolder, cancellation.Token);
            return 0;
        }
        catch (OperationCanceledException)
        {
            var model = Directory.Exists(pretraining.UnfinishedFolder) ? $"; the model so far is in {pretraining.UnfinishedFolder}" : "";
            Console.Error.WriteLine($"stopped: the same command goes on{model}");
            return 1;
        }

        // The run ends after its present step, with a checkpoint.
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            cancellation.Cancel();
        }
    }
}
