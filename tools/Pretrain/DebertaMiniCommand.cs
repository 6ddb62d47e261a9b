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
        var text = new Option<string?>("--text") { Description = "English text: a .txt or .txt.gz file, or a folder of them; without it, generated text only" };
        var steps = new Option<int>("--steps") { Description = "optimiser steps", DefaultValueFactory = _ => Default.Steps };
        var batch = new Option<int>("--batch") { Description = "batch size", DefaultValueFactory = _ => Default.BatchSize };
        var length = new Option<int>("--length") { Description = "sequence length in tokens", DefaultValueFactory = _ => Default.SequenceLength };
        var learningRate = new Option<double>("--learning-rate") { Description = "peak learning rate", DefaultValueFactory = _ => Default.LearningRate };
        var generated = new Option<int>("--generated") { Description = "percentage of generated sequences", DefaultValueFactory = _ => Default.GeneratedPercent };
        var vocabulary = new Option<int>("--vocabulary") { Description = "vocabulary size", DefaultValueFactory = _ => Default.VocabularySize };
        var hidden = new Option<int>("--hidden-size") { Description = "hidden size", DefaultValueFactory = _ => Default.HiddenSize };
        var layers = new Option<int>("--layers") { Description = "number of layers", DefaultValueFactory = _ => Default.Layers };
        var seed = new Option<int>("--seed") { Description = "seed of everything random", DefaultValueFactory = _ => Default.Seed };
        var run = new Option<string>("--run") { Description = "folder of the run's checkpoint; the same command resumes from it", DefaultValueFactory = _ => "artifacts/pretrain/deberta-mini" };
        var output = new Option<string>("--out") { Description = "folder to write the model to", DefaultValueFactory = _ => "data/zoo/deberta-mini" };

        var command = new Command("deberta-mini", "trains the small DeBERTaV3 of data/zoo from plain text")
        {
            text, steps, batch, length, learningRate, generated, vocabulary, hidden, layers, seed, run, output,
        };
        command.SetAction(parsed => Failures.Report(() => Run(
            new PretrainingSettings
            {
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
            Console.Error.WriteLine($"stopped: rerun the same command to resume{model}");
            return 1;
        }

        // The run ends after the current step, with a checkpoint.
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            cancellation.Cancel();
        }
    }
}
