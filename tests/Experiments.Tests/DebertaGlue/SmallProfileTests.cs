using ModelZoo.Bert;
using ModelZoo.Packages;
using Reproduction.Storage;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests;

/// <summary>Profile small from the command line: a real pretrained BERT, or one of the user's own.</summary>
public sealed class SmallProfileTests : IDisposable
{
    private const string Vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\nlabour\nof\nnation\ngrows\nevery\nyear\n.\nland\ncorn\n";

    private readonly TinyGlue _glue = new();
    private readonly TemporaryFolder _folder = new();

    private string Model => Path.Combine(_folder.Root, "my-bert");

    public void Dispose()
    {
        _glue.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_bert_of_the_users_own_is_tuned_with_a_rank_that_follows_its_width()
    {
        Save();

        var (code, output) = Run("task=rte,method=lora", "task=rte,method=head-only");

        Assert.True(code == 0, output);
        var records = Records();
        Assert.Equal(["head-only", "lora"], records.Select(record => record.Trial.Method).Order());
        var lora = records.Single(record => record.Trial.Method == "lora");
        Assert.Equal((2, 24), (lora.Trial.Rank, lora.Trial.PublishedRank));
        Assert.Equal("my-bert", lora.Trial.Config.GetProperty("model").GetString());
        Assert.Contains(lora.Metrics, metric => metric is { Metric: "majority_class", Unit: "%" });
        Assert.Equal(64 * 65 + (2 * 65), Count(records.Single(record => record.Trial.Method == "head-only"), "trainable_parameters_total"));
        Assert.Equal(0, Count(records.Single(record => record.Trial.Method == "head-only"), "trainable_parameters"));
        Assert.Contains("table1: gain over head-only", output);
        var report = File.ReadAllText(Path.Combine(_glue.Results, "DebertaGlue", "small", "report.md"));
        Assert.Contains("BERT (MiniLM-L6), not DeBERTaV3", report);
    }

    [Fact]
    public void A_weight_of_another_width_a_vocabulary_without_a_token_and_no_model_are_refused_by_name()
    {
        Save();
        var config = Path.Combine(Model, "config.json");
        var text = File.ReadAllText(config);
        File.WriteAllText(config, text.Replace("\"hidden_size\": 64", "\"hidden_size\": 128", StringComparison.Ordinal));
        Refused(Path.Combine(Model, "model.safetensors"), "[15, 64]", "[15, 128]");
        File.WriteAllText(config, text);

        File.WriteAllText(Path.Combine(Model, "vocab.txt"), Vocabulary.Replace("[CLS]\n", "", StringComparison.Ordinal));
        Refused(Path.Combine(Model, "vocab.txt"), "without [CLS]");

        File.Delete(config);
        Refused(config, "no such file");
    }

    [Fact]
    public void Without_data_the_places_and_the_way_to_get_them_are_named()
    {
        Save();

        var (code, output) = GlueHost.Run(
            _glue.Results, "--profile", "small", "--weights", Model, "--data", _folder.Root, "--filter", "task=mrpc,method=lora", "--set",
            "learning_rate=0.001");

        Assert.Equal(1, code);
        Assert.Contains("No glue data: looked for", output);
        Assert.Contains("Get it with:", output);
    }

    [PackagedModelFact]
    public void The_packaged_model_is_tuned_and_its_best_and_last_parameters_are_scored()
    {
        var (code, output) = GlueHost.Run(
            _glue.Results, "--profile", "small", "--data", _glue.Data, "--filter", "task=rte,method=spectral-a", "--set",
            "learning_rate=0.001", "--set", "batch_size=12");

        Assert.True(code == 0, output);
        var record = Assert.Single(Records());
        Assert.Equal(PackagedModel.MiniLm.Name, record.Trial.Config.GetProperty("model").GetString());
        Assert.Equal(12, record.Trial.Rank);
        Assert.Equal(6 * 3 * 12 * (384 + 384), Count(record, "trainable_parameters"));
        var isLast = !record.Metrics.Any(metric => metric.Metric == "accuracy_last");
        Assert.Equal(isLast ? ["accuracy"] : ["accuracy", "accuracy_last"], record.Predictions.Select(predictions => predictions.Metric));
        Assert.Contains("bert.pooler.dense", output);
    }

    private static double Count(TrialRecord record, string name) => record.Metrics.Single(metric => metric.Metric == name).Value;

    private void Refused(params string[] parts)
    {
        var (code, output) = Run("task=rte,method=lora");

        Assert.Equal(1, code);
        Assert.All(parts, part => Assert.Contains(part, output));
        Assert.DoesNotContain("   at ", output);
    }

    private (int Code, string Output) Run(params string[] filters) => GlueHost.Run(
        _glue.Results,
        [
            "--profile", "small", "--data", _glue.Data, "--weights", Model, "--set", "learning_rate=0.001", "--set", "max_steps=3",
            .. filters.SelectMany(filter => new[] { "--filter", filter }),
        ]);

    private List<TrialRecord> Records() =>
        [.. new ResultStore(_glue.Results, "DebertaGlue", "small").Load(message => Assert.Fail(message))];

    private void Save()
    {
        using var generator = new Generator(1);
        using var model = new BertForSequenceClassification(
            BertConfig.MiniLmL6 with
            {
                VocabSize = 15, HiddenSize = 64, IntermediateSize = 128, NumHiddenLayers = 2, NumAttentionHeads = 4,
                Head = BertHead.MeanPooling,
            },
            generator);
        model.Save(Model);
        File.WriteAllText(Path.Combine(Model, "vocab.txt"), Vocabulary);
    }
}
