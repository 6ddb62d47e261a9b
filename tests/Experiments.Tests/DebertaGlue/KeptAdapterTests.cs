using DebertaGlue;
using Experiments.Shared;
using ModelZoo.Deberta;
using Reproduction;
using Reproduction.Storage;
using SpectralAdapters;
using SpectralAdapters.Files;
using Tasks.Glue;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests;

public sealed class KeptAdapterTests
{
    [Theory]
    [InlineData("lora-r6", "adapter")]
    [InlineData("lora-r6", "adapter-peft")]
    [InlineData("spectral-a-r6", "adapter")]
    public void A_kept_adapter_over_a_model_of_another_seed_gives_the_recorded_predictions(string trial, string folder)
    {
        using var results = new TemporaryFolder();
        var method = trial[..^"-r6".Length];
        var run = ProgramRun.Of(
            "DebertaGlue", "--results", results.Root, "--filter", $"task=rte,method={method}",
            "--set", "max_steps=8", "--set", "batch_size=8");
        Assert.True(run.ExitCode == 0, run.Output);
        var store = new ResultStore(results.Root, "DebertaGlue", "mini");
        var record = store.Load(message => Assert.Fail(message)).Single();
        var output = store.OutputFolder(record.Trial);

        using var scope = NewDisposeScope();
        var inputs = GlueOptions.Inputs("mini");
        var tokenizer = inputs.Model.Tokenizer();
        using var generator = new Generator(99);
        using var model = DebertaForSequenceClassification.Load(inputs.Model.Source.Folder, generator, GlueTask.Rte.OutputCount);
        Copy(SafetensorsFile.ReadAll(Path.Combine(output, KeptAdapter.NewModulesFile)), model);
        AdaptedModel.Load(model, Path.Combine(output, folder));
        model.eval();
        var encoded = new EncodedGlue(
            inputs.Data(GlueTask.Rte), (first, second) => (tokenizer.Encode(first, second, maxLength: null).Ids, 1),
            tokenizer.PadTokenId, "cpu");

        var found = encoded.Evaluate(batchSize: 32, byLength: true, batch => model.call(batch.InputIds, batch.Mask));

        Assert.Equal(record.Predictions.Single().Predicted, found.Predictions.Select(value => (double)value));
        Assert.Equal(record.Metrics.Single(metric => metric.Metric == TrainingMetrics.EvaluationLoss).Value, found.Loss, 5);
    }

    private static void Copy(Dictionary<string, Tensor> tensors, nn.Module model)
    {
        using var noGrad = no_grad();
        foreach (var (name, parameter) in model.named_parameters().Where(entry => tensors.ContainsKey(entry.name)))
        {
            parameter.copy_(tensors[name]);
        }
    }
}
