using DebertaGlue;
using Tasks.Glue;

namespace SpectralExperiments.Tests;

public sealed class GlueHyperparametersTests
{
    // official deberta_tune/*/glue_tune.py, row by row: learning rates of LoRA and DoRA, spectral A, OFT, AdaLoRA; epochs, AdaLoRA's epochs.
    [Theory]
    [InlineData("mnli", 1e-4, 1e-4, 8e-5, 5e-4, 1, 1)]
    [InlineData("sst2", 6e-5, 1e-4, 2e-4, 8e-4, 5, 5)]
    [InlineData("mrpc", 2e-4, 7e-4, 9e-4, 1e-3, 13, 13)]
    [InlineData("cola", 1e-4, 3e-4, 4e-4, 5e-4, 8, 8)]
    [InlineData("qnli", 1e-4, 1e-4, 2e-4, 1.2e-3, 1, 1)]
    [InlineData("qqp", 1e-4, 1e-4, 3e-4, 5e-4, 10, 10)]
    [InlineData("rte", 2e-4, 3e-4, 3e-4, 1.2e-3, 10, 13)]
    [InlineData("stsb", 2e-4, 5e-4, 7e-4, 2.2e-3, 30, 30)]
    public void ThePaperProfileHasTheOfficialScriptsSettings(
        string task, double lora, double spectral, double oft, double adaLora, int epochs, int adaLoraEpochs)
    {
        (string Method, double Rate, int Epochs)[] expected =
            [("lora", lora, epochs), ("dora", lora, epochs), ("spectral-a", spectral, epochs), ("oft", oft, epochs), ("adalora", adaLora, adaLoraEpochs)];
        foreach (var (method, rate, passes) in expected)
        {
            Assert.Equal(
                new GlueHyperparameters(rate, passes, MaxSteps: null, BatchSize: 32, WeightDecay: 0.01, EvaluationSteps: 500, GroupByLength: false, MaxLength: null),
                GlueHyperparameters.Published(method, task));
        }

        Assert.Contains(task, GlueTask.All.Select(known => known.Name));
    }

    [Fact]
    public void OnlyTheRealRowsOfTheSmallModelAreCut()
    {
        Assert.Equal(64, GlueHyperparameters.Mini(1e-3, "rte", isGenerated: false).MaxLength);
        Assert.Null(GlueHyperparameters.Mini(1e-3, "rte", isGenerated: true).MaxLength);
    }
}
