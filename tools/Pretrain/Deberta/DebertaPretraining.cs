using System.Diagnostics;
using System.Globalization;
using ModelZoo.Checkpoints;
using ModelZoo.Deberta;
using ModelZoo.Tokenizers;
using Tasks.MicroGlue;
using TorchSharp;
using Training;
using Training.Randomness;
using static TorchSharp.torch;

namespace Pretrain.Deberta;

/// <summary>
/// Makes a small DeBERTaV3 from plain text: vocabulary, training, model folder. A run folder holds the vocabulary, the
/// settings and a checkpoint, from which the same settings resume.
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

    private readonly PretrainingSettings _settings;
    private readonly TextCorpus? _text;
    private readonly string _runFolder;
    private readonly TextWriter _log;

    /// <param name="settings">The settings.</param>
    /// <param name="text">English text; null for generated text alone.</param>
    /// <param name="runFolder">Where the run keeps its state.</param>
    /// <param name="log">Receives the progress.</param>
    /// <exception cref="ArgumentException">A setting is out of range, or the text would have no effect.</exception>
    /// <exception cref="InvalidDataException">The run folder belongs to a run with other settings or other texts.</exception>
    public DebertaPretraining(PretrainingSettings settings, TextCorpus? text, string runFolder, TextWriter log)
    {
        settings.Validate();
        if (text is not null && settings.GeneratedPercent == 100)
        {
            throw new ArgumentException(
                $"{nameof(settings.GeneratedPercent)}: found 100, expected less with a text, which would have no effect");
        }

        // Without another text all of it is generated, whatever the percentage.
        settings = text is null ? settings with { GeneratedPercent = 100 } : settings;
        (_settings, _text, _runFolder, _log) = (settings, text, runFolder, log);
        var path = Path.Combine(runFolder, SettingsFile);
        var run = settings.ToJson(text?.Sha256, MicroGlueData.TextSha256(settings.Seed));
        if (File.Exists(path) && File.ReadAllText(path) != run)
        {
            throw new InvalidDataException(
                $"{path}: found a run with other settings, another text or another generator of text, "
                + "expected the same ones or another --run folder");
        }

        AtomicFile.Write(path, run);
    }

    /// <summary>The folder of the model of an unfinished run, without a card.</summary>
    public string UnfinishedFolder => Path.Combine(_runFolder, "model");

    /// <summary>Trains to the end and writes the model folder.</summary>
    /// <param name="outputFolder">The model folder.</param>
    /// <param name="cancellation">Stops the run with a checkpoint.</param>
    /// <exception cref="OperationCanceledException">The run was stopped; its model so far is in <see cref="UnfinishedFolder"/>.</exception>
    /// <exception cref="Reproduction.UserErrorException">The machine cannot draw the loss curve.</exception>
    public TrainingResult Run(string outputFolder, CancellationToken cancellation)
    {
        LossCurve.ThrowUnlessDrawable();
        var tokenizer = VocabularyTraining.Ensure(
            Path.Combine(_runFolder, VocabularyFile), VocabularyText(cancellation), _settings.VocabularySize, cancellation);
        var sequences = new PretrainingSequences(Sequences(tokenizer, cancellation), _settings.BatchSize, _settings.Seed);
        _log.WriteLine($"vocabulary of {tokenizer.VocabularySize}, {sequences.TrainCount} sequences of {_settings.SequenceLength} tokens");

        // Hardly a sequence occurs twice, so there is little to overfit. Fine-tuning does not use dropout either: a small model that
        // was pretrained without it loses more than it gains.
        var config = _settings.Model(tokenizer.VocabularySize) with { HiddenDropout = 0, AttentionDropout = 0 };
        using var generator = new Generator((ulong)_settings.Seed);
        var task = new MlmPretraining(config, sequences, tokenizer, generator);
        using var model = task.Model;
        var checkpointSteps = Math.Max(1, _settings.Steps / CheckpointsPerRun);
        var training = new TrainingConfig
        {
            LearningRate = _settings.LearningRate,
            WeightDecay = 0.01,
            Beta2 = 0.98,
            Epsilon = 1e-6,
            WarmupSteps = _settings.Steps / WarmupDivisor,
            MaxSteps = _settings.Steps,
            CheckpointSteps = checkpointSteps,
            Seed = _settings.Seed,
        };
        var progress = new PretrainingProgress(
            _log, Math.Max(1, _settings.Steps / ReportsPerRun), checkpointSteps, () => Export(task, config, UnfinishedFolder));
        try
        {
            var result = new Trainer(training).Fit(task, Path.Combine(_runFolder, CheckpointFile), progress, cancellation, _log.WriteLine);
            Export(task, config, outputFolder);
            new PretrainingCard(_settings, _text?.Files ?? [], sequences.TrainCount, tokenizer.VocabularySize, result).Write(outputFolder);
            return result;
        }
        catch (OperationCanceledException) when (progress.HasStarted)
        {
            Export(task, config, UnfinishedFolder);
            throw;
        }
    }

    // The generated sentences have the same share as in training, so that their words become whole pieces.
    private IEnumerable<string> VocabularyText(CancellationToken cancellation)
    {
        var generated = (int)((long)VocabularyLines * _settings.GeneratedPercent / 100);
        var sentences = Generated(cancellation).SelectMany(paragraph => paragraph).Take(generated);
        return _text is null
            ? sentences
            : sentences.Concat(_text.Lines(new Pcg32((ulong)_settings.Seed, EnglishStream)).Take(VocabularyLines - generated));
    }

    private IEnumerable<IReadOnlyList<string>> Generated(CancellationToken cancellation) =>
        MicroGlueData.Text(_settings.Seed).TakeWhile(_ => Continue(cancellation));

    private static bool Continue(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return true;
    }

    private int[][] Sequences(DebertaTokenizer tokenizer, CancellationToken cancellation)
    {
        var count = checked(_settings.Steps * _settings.BatchSize);
        var generated = (int)((long)count * _settings.GeneratedPercent / 100);
        var clock = Stopwatch.StartNew();
        var sequences = TokenSequences.OfParagraphs(tokenizer, Generated(cancellation), generated, _settings.SequenceLength);
        if (_text is not null)
        {
            var lines = _text.Lines(new Pcg32((ulong)_settings.Seed, EnglishStream)).TakeWhile(_ => Continue(cancellation));
            sequences.AddRange(
                TokenSequences.Pack(tokenizer, TokenSequences.OfLines(tokenizer, lines), count - generated, _settings.SequenceLength));
            if (sequences.Count < count)
            {
                throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"found text for {sequences.Count - generated} sequences in {string.Join(", ", _text.Files)}, "
                    + $"expected {count - generated}: give more text, a higher percentage of generated text or fewer steps"));
            }
        }

        _log.WriteLine(FormattableString.Invariant($"packed in {clock.Elapsed.TotalSeconds:F0} s"));
        return new Pcg32((ulong)_settings.Seed, OrderStream).Shuffled(sequences);
    }

    // Without pooler and classifier: fine-tuning initialises them at random, as in the authors' runs.
    private void Export(MlmPretraining task, DebertaConfig config, string folder)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var encoder = task.Encoder();
        var ordered = DebertaShapes.Of(config).Keys.Where(encoder.ContainsKey).ToDictionary(name => name, name => encoder[name]);
        ModelCheckpoint.Save(folder, ordered, DebertaConfigJson.Write(config), ScalarType.BFloat16);
        var vocabulary = File.ReadAllBytes(Path.Combine(_runFolder, VocabularyFile));
        AtomicFile.Write(Path.Combine(folder, VocabularyFile), vocabulary);
    }
}
