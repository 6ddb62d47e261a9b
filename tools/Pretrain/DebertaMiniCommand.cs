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
        var text = new Option<string?>("--text")
        {
            Description = "English text: a .txt or .txt.gz file, or a folder of them; without it, generated text only",
        };
        var steps = Option("--steps", "optimiser steps", Default.Steps);
        var batch = Option("--batch", "batch size", Default.BatchSize);
        var length = Option("--length", "sequence length in tokens", Default.SequenceLength);
        var learningRate = Option("--learning-rate", "peak learning rate", Default.LearningRate);
        var generated = Option("--generated", "percentage of generated sequences", Default.GeneratedPercent);
        var vocabulary = Option("--vocabulary", "vocabulary size", Default.VocabularySize);
        var hidden = Option("--hidden-size", "hidden size", Default.HiddenSize);
        var layers = Option("--layers", "number of layers", Default.Layers);
        var seed = Option("--seed", "seed of everything random", Default.Seed);
        var run = Option("--run", "folder of the run's checkpoint; the same command resumes from it", "artifacts/pretrain/deberta-mini");
        var output = Option("--out", "folder to write the model to", "data/zoo/deberta-mini");

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

    private static Option<T> Option<T>(string name, string description, T value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };

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
