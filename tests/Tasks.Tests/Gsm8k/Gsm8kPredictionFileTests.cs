using System.Text.Json;
using SpectralExperiments.Tests;
using Tasks.Gsm8k;

namespace Tasks.Tests.Gsm8k;

/// <summary>Stored predictions: an interrupted evaluation resumes; files of others and damaged ones are refused.</summary>
public sealed class Gsm8kPredictionFileTests : IDisposable
{
    private const int DocumentCount = 7;
    private static readonly Gsm8kSettings Settings = new() { MaxLength = 10_000, MaxNewTokens = 30, BatchSize = 3 };

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("trial", "gsm8k.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Predictions_are_stored_per_document()
    {
        var result = Evaluate();

        var lines = File.ReadAllLines(Path);
        Assert.Equal(DocumentCount + 1, lines.Length);
        var stored = lines.Skip(1).Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(
            line => line.GetProperty("document").GetInt32(), line => line);
        Assert.All(result.Predictions, prediction =>
        {
            var line = stored[prediction.Document];
            Assert.Equal(prediction.Response, line.GetProperty("response").GetString());
            Assert.Equal(prediction.StoppedBy, line.GetProperty("stopped_by").GetString());
            Assert.Equal(prediction.Strict.Answer, line.GetProperty("strict").GetProperty("answer").GetString());
            Assert.Equal(prediction.Flexible.IsCorrect, line.GetProperty("flexible").GetProperty("is_correct").GetBoolean());
        });
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 3)]
    [InlineData(3, 3)]
    [InlineData(4, 2)]
    [InlineData(6, 2)]
    [InlineData(7, 1)]
    [InlineData(8, 0)]
    public void An_interrupted_evaluation_continues_with_its_first_incomplete_batch(int lines, int batches)
    {
        var whole = Evaluate();
        var text = File.ReadAllText(Path);
        var kept = File.ReadAllLines(Path).Take(lines).Sum(line => line.Length + 1);
        File.WriteAllText(Path, text[..Math.Min(text.Length, kept + 20)]);
        var count = 0;

        var resumed = Evaluate(onBatch: () => count++);

        Assert.Equal(batches, count);
        Assert.Equal(whole.Predictions, resumed.Predictions);
        Assert.Equal(text, File.ReadAllText(Path));
    }

    [Fact]
    public void An_evaluation_that_fails_keeps_its_complete_batches()
    {
        var count = 0;
        Assert.Throws<TimeoutException>(() => Evaluate(onBatch: () => _ = ++count == 3 ? throw new TimeoutException() : 0));

        Evaluate(onBatch: () => count++);

        Assert.Equal(4, count);
    }

    [Fact]
    public void Predictions_of_another_evaluation_are_refused()
    {
        Evaluate();

        Check("predictions with 'model' a, expected b", () => Evaluate(model: "b"));
        Check("predictions with 'batch_size' 3, expected 4", () => Evaluate(Settings with { BatchSize = 4 }));
        Check("predictions with 'max_new_tokens' 30, expected 31", () => Evaluate(Settings with { MaxNewTokens = 31 }));
        Check("predictions with 'max_length' 10000, expected 9999", () => Evaluate(Settings with { MaxLength = 9_999 }));
        Check("predictions with 'problems'", () => Evaluate(Settings with { DocumentCount = 6 }));

        void Check(string expected, Action evaluate) =>
            Assert.StartsWith($"{Path}, line 1: found {expected}", Assert.Throws<DataFormatException>(evaluate).Message);
    }

    [Theory]
    [InlineData(2, "\"is_correct\":false", "\"is_correct\":true", "line 2: found document ")]
    [InlineData(3, "\"document\":", "\"document\":1", "line 3: found document 1")]
    [InlineData(4, "\"response\":", "\"reply\":", "line 4: found a line that cannot be read")]
    [InlineData(4, "{", "", "line 4: found a line that cannot be read")]
    [InlineData(1, "{", "null", "line 1: found a line that cannot be read")]
    public void A_changed_file_is_refused(int line, string from, string to, string expected)
    {
        Evaluate();
        var lines = File.ReadAllLines(Path);
        Assert.Contains(from, lines[line - 1]);
        lines[line - 1] = lines[line - 1].Replace(from, to);
        File.WriteAllText(Path, string.Join('\n', lines) + "\n");

        Assert.StartsWith($"{Path}, {expected}", Assert.Throws<DataFormatException>(() => Evaluate()).Message);
    }

    [Fact]
    public void Lines_behind_the_last_prediction_are_refused()
    {
        Evaluate();
        File.AppendAllText(Path, File.ReadAllLines(Path)[^1] + "\n");

        Assert.StartsWith(
            $"{Path}, line 9: found another prediction, expected the 7", Assert.Throws<DataFormatException>(() => Evaluate()).Message);
    }

    private Gsm8kEvaluation Evaluate(Gsm8kSettings? settings = null, string model = "a", Action? onBatch = null)
    {
        var answer = Gsm8kData.Answer(document => document % 2 == 0 ? $" é <<1>> \"\n#### {document}~" : $" #### {document + 4}");
        return new Gsm8kEvaluator(Gsm8kData.Create(DocumentCount), CharacterCodec.Create(hasBos: false), settings ?? Settings).Evaluate(
            (prompts, count, isStopped) =>
            {
                onBatch?.Invoke();
                return answer(prompts, count, isStopped);
            },
            Path, model);
    }
}
