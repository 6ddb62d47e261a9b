namespace Reproduction.Tests.Storage;

/// <summary>A record that cannot be is reported by file and key, and its trial counts as not run.</summary>
public sealed class ValidatedRecordsTests : IDisposable
{
    private const string Key = "lora-r8.rte.s0";

    private readonly TestFolder _folder = new();

    public ValidatedRecordsTests() => _folder.Run("--filter", "method=lora,task=rte,seed=0");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\"step\": 2", "\"step\": 1", "training_loss")]
    [InlineData("\"step\": 2", "\"step\": -2", "step")]
    [InlineData("\"step\": 2", "\"stepp\": 2", "stepp")]
    [InlineData("\"step\": 2,", "", "step")]
    [InlineData("\"value\": 0.25", "\"value\": 1e999", "1e999")]
    [InlineData("\"value\": 0.25", "\"value\": 0.25, \"value\": 0.5", "value")]
    [InlineData("\"standard_error\": 2.5", "\"standard_error\": \"NaN\"", "stderr")]
    [InlineData("\"standard_error\": 2.5", "\"standard_error\": -2.5", "stderr")]
    [InlineData("\"n\": 277", "\"n\": 0", "n \"0\"")]
    [InlineData("\"published_rank\": 8", "\"published_rank\": 0", "published_rank")]
    [InlineData("\"published_rank\": 8,", "", "published_rank")]
    [InlineData("\"score\": \"Accuracy\"", "\"score\": 7", "score")]
    [InlineData("\"pictures\": []", "\"pictures\": [null]", "pictures")]
    [InlineData("\"pictures\": []", "\"pictures\": [\"../../smile\"]", "pictures")]
    [InlineData("\"metrics\": [", "\"metrics\": [ null,", "metrics")]
    [InlineData("[1,1,1]", "[1,1]", "expected")]
    [InlineData("\"wall_seconds\": ", "\"wall_seconds\": -", "wall_seconds")]
    [InlineData("\"resumed\": 0", "\"resumed\": -1", "resumed")]
    public void A_record_that_cannot_be_is_reported_with_file_and_key(string old, string changed, string named)
    {
        var path = _folder.Record(Key);
        var text = File.ReadAllText(path);
        var at = text.LastIndexOf(old, StringComparison.Ordinal);
        Assert.True(at >= 0, old);
        File.WriteAllText(path, text[..at] + changed + text[(at + old.Length)..]);

        var (code, output) = _folder.Run("list");

        Assert.Equal(0, code);
        Assert.Contains($"{path}: ", output);
        Assert.Contains(named, output.Split('\n').First(line => line.Contains(path, StringComparison.Ordinal)));
        Assert.Contains("its trial counts as not run", output);
    }

    [Fact]
    public void Settings_and_inputs_of_one_name_are_compared_both()
    {
        var trial = new Trial("lora", "rte", 8, 0)
        {
            Config = System.Text.Json.JsonElement.Parse("""{ "a.b": 1, "a": { "b": 2 } }"""),
            Inputs = new Dictionary<string, string> { ["a.b"] = "3" },
        };

        Assert.Empty(trial.DifferencesFrom(trial));
        Assert.NotEmpty(trial.DifferencesFrom(trial with { Inputs = new Dictionary<string, string>() }));
    }
}
