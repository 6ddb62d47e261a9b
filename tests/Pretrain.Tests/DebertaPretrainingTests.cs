using ModelZoo.Deberta;
using ModelZoo.Tokenizers;
using Pretrain.Deberta;
using SpectralExperiments.Tests;
using Tasks.MicroGlue;
using TorchSharp;
using static TorchSharp.torch;

namespace Pretrain.Tests;

public sealed class DebertaPretrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SpmTrainFact]
    public void Fifty_steps_from_scratch_make_a_model_that_loads()
    {
        File.WriteAllLines(_folder.File("text.txt"), Enumerable.Range(0, 400).Select(
            i => $"The {i}th line tells of a ship that left harbour number {i % 7} at noon."));

        var result = new DebertaPretraining(TinyRun.Settings, TextCorpus.Load(_folder.Root), _folder.File("run"), TextWriter.Null)
            .Run(_folder.File("out"), CancellationToken.None);

        Assert.Equal(50, result.Steps.Count);
        Assert.True(result.Steps.Take(5).Average(step => step.Loss) > 1.1 * result.Steps.TakeLast(5).Average(step => step.Loss));
        var tokenizer = DebertaTokenizer.Load(_folder.File("out", "spm.model"));
        Assert.InRange(tokenizer.VocabularySize, 50, 300);
        Assert.Equal(
            (0, 1, 2, 3), (tokenizer.PadTokenId, tokenizer.ClassificationTokenId, tokenizer.SeparatorTokenId, tokenizer.UnknownTokenId));
        using var generator = new Generator(0);
        using var model = DebertaForSequenceClassification.Load(_folder.File("out"), generator, numLabels: 3);
        using var ids = tensor(tokenizer.EncodePair("The ship left.", "A ship left."), dtype: ScalarType.Int64).unsqueeze(0);
        using var logits = model.call(ids, null);
        Assert.Equal([1L, 3L], logits.shape);
        Assert.All(logits.data<float>(), value => Assert.True(float.IsFinite(value)));
        foreach (var file in (string[])["card.md", "loss.csv", "loss.svg", "loss.png"])
        {
            Assert.True(new FileInfo(_folder.File("out", file)).Length > 0, file);
        }
    }

    [Fact]
    public void A_stopped_run_resumes_and_ends_in_the_same_bits()
    {
        var settings = TinyRun.Settings with { Steps = 20 };
        var whole = TinyRun.Train(settings, _folder.File("run-a"), _folder.File("a"));

        using var cancellation = new CancellationTokenSource();
        using var stopper = new StoppingLog("step 11 of", cancellation);
        Assert.Throws<OperationCanceledException>(
            () => TinyRun.Train(settings, _folder.File("run-b"), _folder.File("b"), stopper, cancellation.Token));
        Assert.False(Directory.Exists(_folder.File("b")));
        Assert.True(File.Exists(_folder.File("run-b", "model", "model.safetensors")));
        Assert.False(File.Exists(_folder.File("run-b", "model", "card.md")));
        var resumed = TinyRun.Train(settings, _folder.File("run-b"), _folder.File("b"));

        Assert.Equal(whole.Steps, resumed.Steps);
        Assert.Equal(File.ReadAllBytes(_folder.File("a", "model.safetensors")), File.ReadAllBytes(_folder.File("b", "model.safetensors")));
    }

    [Fact]
    public void A_run_folder_of_other_settings_is_refused()
    {
        TinyRun.Train(TinyRun.Settings with { Steps = 2 }, _folder.File("run"), _folder.File("out"));
        var error = Assert.Throws<InvalidDataException>(
            () => TinyRun.Train(TinyRun.Settings with { Steps = 3 }, _folder.File("run"), _folder.File("out")));
        Assert.Contains("settings.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_folder_of_another_text_is_refused()
    {
        TinyRun.Train(TinyRun.Settings with { Steps = 2 }, _folder.File("run"), _folder.File("out"));
        File.WriteAllText(_folder.File("text.txt"), "One short line.\n");
        var error = Assert.Throws<InvalidDataException>(() =>
            new DebertaPretraining(
                TinyRun.Settings with { Steps = 2 }, TextCorpus.Load(_folder.File("text.txt")), _folder.File("run"), TextWriter.Null));
        Assert.Contains("another text", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_little_text_is_refused()
    {
        TinyRun.UseFixtureVocabulary(_folder.File("run"));
        File.WriteAllText(_folder.File("text.txt"), "One short line.\n");
        var pretraining = new DebertaPretraining(
            TinyRun.Settings with { GeneratedPercent = 0 },
            TextCorpus.Load(_folder.File("text.txt")),
            _folder.File("run"),
            TextWriter.Null);
        var exception = Assert.Throws<InvalidDataException>(() => pretraining.Run(_folder.File("out"), CancellationToken.None));
        Assert.Contains("found text for 0 sequences in text.txt, expected 400", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_out_of_range_is_named_before_anything_is_written()
    {
        Refused(nameof(PretrainingSettings.SequenceLength), TinyRun.Settings with { SequenceLength = 3 });
        Refused(nameof(PretrainingSettings.LearningRate), TinyRun.Settings with { LearningRate = 0 });
        Refused(nameof(PretrainingSettings.LearningRate), TinyRun.Settings with { LearningRate = double.NaN });
        Refused(nameof(PretrainingSettings.Seed), TinyRun.Settings with { Seed = -1 });
        Refused(nameof(PretrainingSettings.Steps), TinyRun.Settings with { Steps = int.MaxValue });
        Refused(nameof(PretrainingSettings.Steps), TinyRun.Settings with { Steps = 1 });

        void Refused(string name, PretrainingSettings settings)
        {
            var error = Assert.Throws<ArgumentException>(
                () => new DebertaPretraining(settings, text: null, _folder.File("run"), TextWriter.Null));
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
            Assert.False(Directory.Exists(_folder.File("run")));
        }
    }

    [Fact]
    public void A_text_without_effect_is_refused()
    {
        File.WriteAllText(_folder.File("text.txt"), "One short line.\n");
        var error = Assert.Throws<ArgumentException>(() =>
            new DebertaPretraining(
                TinyRun.Settings with { GeneratedPercent = 100 },
                TextCorpus.Load(_folder.File("text.txt")),
                _folder.File("run"),
                TextWriter.Null));
        Assert.Contains(nameof(PretrainingSettings.GeneratedPercent), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_folder_of_another_generator_is_refused()
    {
        TinyRun.Train(TinyRun.Settings with { Steps = 2 }, _folder.File("run"), _folder.File("out"));
        var state = _folder.File("run", "settings.json");
        var generated = MicroGlueData.TextSha256(TinyRun.Settings.Seed);
        Assert.Contains(generated, File.ReadAllText(state), StringComparison.Ordinal);
        File.WriteAllText(state, File.ReadAllText(state).Replace(generated, new string('0', 64), StringComparison.Ordinal));

        var error = Assert.Throws<InvalidDataException>(
            () => TinyRun.Train(TinyRun.Settings with { Steps = 2 }, _folder.File("run"), _folder.File("out")));
        Assert.Contains("another generator", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stop_before_the_first_step_is_no_failure_of_the_text()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.Throws<OperationCanceledException>(() =>
            new DebertaPretraining(
                TinyRun.Settings, null, _folder.File("run"), TextWriter.Null).Run(_folder.File("out"), cancellation.Token));
        Assert.False(File.Exists(_folder.File("run", "spm.model")));
    }

    private sealed class StoppingLog(string at, CancellationTokenSource cancellation) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            if (value?.StartsWith(at, StringComparison.Ordinal) == true)
            {
                cancellation.Cancel();
            }
        }
    }
}
