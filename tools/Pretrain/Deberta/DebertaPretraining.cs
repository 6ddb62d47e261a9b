using System.Diagnostics;
using ModelZoo.Checkpoints;
using ModelZoo.Deberta;
using ModelZoo.Tokenizers;
using SpectralAdapters.Checkpoints;
using TorchSharp;
using Training;
using Training.Data.MicroGlue;
using Training.Evaluation;
using Training.Randomness;
using static TorchSharp.torch;

namespace Pretrain.Deberta;

/// <summary>
/// Makes a small DeBERTaV3 from plain text: vocabulary, training, model folder. A run folder holds the vocabulary, the
/// settings and a checkpoint; the same settings go on from there.
/// </summary>
internal sealed class DebertaPretraining
{
    private const ulong EnglishStream = 1;
    private const ulong OrderStream = 2;
    private const int VocabularyLines = 150_000;
    private const int WarmupDivisor = 20;
    private const int CheckpointsPerRun = 40;
    private const int ReportsPerRun = 200;
    private const string CheckpointFile = "training.safetensors";
    private const string SettingsFile = "settings.json";
    private const string VocabularyFile = "spm.model";

    private readonly PretrainingSettings settings;
    private readonly TextCorpus? text;
    private readonly string runFolder;
    private readonly TextWriter log;

    /// <param name="settings">The settings.</param>
    /// <param name="text">English text; null for generated text alone.</param>
    /// <param name="runFolder">Where the run keeps its state.</param>
    /// <param name="log">Told what goes on.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    /// <exception cref="InvalidDataException">The run folder belongs to a run with other settings or another text.</exception>
    public DebertaPretraining(PretrainingSettings settings, TextCorpus? text, string runFolder, TextWriter log)
    {
        settings.Validate();
        (this.settings, this.text, this.runFolder, this.log) = (settings, text, runFolder, log);
        var path = Path.Combine(runFolder, SettingsFile);
        var run = settings.ToJson(text?.Sha256);
        if (File.Exists(path) && File.ReadAllText(path) != run)
        {
            throw new InvalidDataException($"{path}: found a run with other settings or another text, expected the same ones or another --run folder");
        }

        AtomicFile.WriteText(path, run);
    }

    /// <summary>Where the model of an unfinished run stands.</summary>
    public string UnfinishedFolder => Path.Combine(runFolder, "model");

    /// <summary>Trains to the end and writes the model folder.</summary>
    /// <param name="outputFolder">The model folder.</param>
    /// <param name="cancellation">Stops the run with a checkpoint.</param>
    /// <exception cref="OperationCanceledException">The run was stopped; its model so far is in <see cref="UnfinishedFolder"/>.</exception>
    public TrainingResult Run(string outputFolder, CancellationToken cancellation)
    {
        var tokenizer = VocabularyTraining.Ensure(Path.Combine(runFolder, VocabularyFile), VocabularyText(), settings.VocabularySize);
        var rows = new PretrainingRows(Rows(tokenizer), settings.BatchSize, settings.Seed);
        log.WriteLine($"{tokenizer.VocabularySize} ids, {rows.TrainCount} sequences of {settings.SequenceLength} tokens");

        // Hardly a sequence comes twice, so dropout has nothing to protect from. Nor does fine-tuning use it: noise that a small
        // model never met costs it more than it saves.
        var config = settings.Model(tokenizer.VocabularySize) with { HiddenDropout = 0, AttentionDropout = 0 };
        using var generator = new Generator((ulong)settings.Seed);
        IPretraining task = settings.Objective == PretrainingObjective.Mlm
            ? new MlmPretraining(config, rows, tokenizer, generator)
            : new RtdPretraining(config, rows, tokenizer, generator);
        using var model = task.Model;
        var checkpointSteps = Math.Max(1, settings.Steps / CheckpointsPerRun);
        var training = new TrainingConfig
        {
            LearningRate = settings.LearningRate,
            WeightDecay = 0.01,
            Beta2 = 0.98,
            Epsilon = 1e-6,
            WarmupSteps = settings.Steps / WarmupDivisor,
            MaxSteps = settings.Steps,
            CheckpointSteps = checkpointSteps,
            Seed = settings.Seed,
        };
        var progress = new PretrainingProgress(log, Math.Max(1, settings.Steps / ReportsPerRun), checkpointSteps, () => Export(task, config, UnfinishedFolder));
        try
        {
            var result = new Trainer(training).Fit(task, Path.Combine(runFolder, CheckpointFile), progress, cancellation);
            Export(task, config, outputFolder);
            Card(result.Steps, result.Last.Result, result.TrainingTime).Write(outputFolder);
            return result;
        }
        catch (OperationCanceledException) when (progress.Steps.Count > 0)
        {
            Export(task, config, UnfinishedFolder);
            Card(progress.Steps, Evaluate(task), progress.Elapsed).Write(UnfinishedFolder);
            throw;
        }

        PretrainingCard Card(IReadOnlyList<TrainingStep> steps, EvaluationResult heldOut, TimeSpan time) =>
            new(settings, text?.Files ?? [], rows.TrainCount, tokenizer.VocabularySize, steps, heldOut, time);
    }

    private static EvaluationResult Evaluate(IPretraining task)
    {
        using var ungraded = no_grad();
        task.Model.eval();
        return task.Evaluate();
    }

    // The generated sentences take the same share as in training, so that their words become whole pieces.
    private IEnumerable<string> VocabularyText()
    {
        var generated = text is null ? VocabularyLines : (int)((long)VocabularyLines * settings.GeneratedPercent / 100);
        var sentences = MicroGlueData.Text(settings.Seed).SelectMany(paragraph => paragraph).Take(generated);
        return text is null ? sentences : sentences.Concat(text.Lines(new Pcg32((ulong)settings.Seed, EnglishStream)).Take(VocabularyLines - generated));
    }

    private int[][] Rows(DebertaTokenizer tokenizer)
    {
        var count = checked(settings.Steps * settings.BatchSize);
        var generated = text is null ? count : (int)((long)count * settings.GeneratedPercent / 100);
        var clock = Stopwatch.StartNew();
        var rows = TokenRows.OfParagraphs(tokenizer, MicroGlueData.Text(settings.Seed), generated, settings.SequenceLength);
        if (text is not null && count > generated)
        {
            var lines = text.Lines(new Pcg32((ulong)settings.Seed, EnglishStream));
            rows.AddRange(TokenRows.Pack(tokenizer, TokenRows.OfLines(tokenizer, lines), count - generated, settings.SequenceLength));
        }

        log.WriteLine(FormattableString.Invariant($"packed in {clock.Elapsed.TotalSeconds:F0} s"));
        return new Pcg32((ulong)settings.Seed, OrderStream).Shuffled(rows);
    }

    // Without pooler and classifier: fine-tuning starts them at random, as the authors' did.
    private void Export(IPretraining task, DebertaConfig config, string folder)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var encoder = task.Encoder();
        var ordered = DebertaShapes.Of(config).Keys.Where(encoder.ContainsKey).ToDictionary(name => name, name => encoder[name]);
        ModelCheckpoint.Save(folder, ordered, DebertaConfigJson.Write(config), ScalarType.BFloat16);
        var vocabulary = File.ReadAllBytes(Path.Combine(runFolder, VocabularyFile));
        AtomicFile.Write(Path.Combine(folder, VocabularyFile), stream => stream.Write(vocabulary));
    }
}
