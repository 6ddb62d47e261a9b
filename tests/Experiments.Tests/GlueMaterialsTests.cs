using DebertaGlue;
using Reproduction;
using Tasks.Glue;

namespace SpectralExperiments.Tests;

public sealed class GlueMaterialsTests
{
    private static readonly Profile Mini = new(GlueMaterials.MiniProfile, 1, "small");
    private static readonly Profile MiniData = new(GlueMaterials.MiniDataProfile, 1, "small, on files");
    private static readonly Profile Tuning = new(TunedLearningRates.TuningProfile, 1, "grid") { IsTuning = true };
    private static readonly Profile Paper = new(Profile.PaperName, 1, "as published");

    [Fact]
    public void TheSmallModelTrainsOnTheFirstRowsOfALongSplitAndThePaperOnThePublishedOnesOnly()
    {
        using var folder = new TemporaryFolder();
        folder.Write("SST-2/train.tsv", "sentence\tlabel\n" + string.Concat(Enumerable.Range(0, 9_005).Select(row => $"sentence {row}\t{row % 2}\n")));
        folder.Write("SST-2/dev.tsv", "sentence\tlabel\na fine film\t1\n");
        var inputs = new Inputs { Data = folder.Root };

        var few = new GlueMaterials(MiniData, inputs).Data(GlueTask.Sst2);
        Assert.Equal((9_000, "sentence 8999"), (few.Train.Examples.Count, few.Train.Examples[^1].Sentence1));
        Assert.Contains(few.Notes, note => note.EndsWith("; the first 9000 of 9005 rows of train.tsv", StringComparison.Ordinal));
        var refused = Assert.Throws<UserErrorException>(() => new GlueMaterials(Paper, inputs).Data(GlueTask.Sst2));
        Assert.Contains("found 9005 rows, expected the 67349 of the published split", refused.Message);
    }

    [Fact]
    public void DigestsFollowTheRowsAndTheFiles()
    {
        using var glue = new TinyGlue();
        var inputs = new Inputs { Data = glue.Data };
        var before = new InputDigests().Of(GlueTask.Rte, MiniData, inputs);

        Assert.Equal(before, new InputDigests().Of(GlueTask.Rte, MiniData, inputs));
        Assert.Matches("^[0-9a-f]{16}$", before["data_sha256"]);
        Assert.Equal(("24", "10"), (before["train_rows"], before["development_rows"]));

        File.WriteAllText(glue.TrainFile, File.ReadAllText(glue.TrainFile).Replace("labour", "work", StringComparison.Ordinal));
        var after = new InputDigests().Of(GlueTask.Rte, MiniData, inputs);

        Assert.NotEqual(before["data_sha256"], after["data_sha256"]);
        Assert.Equal(before["model_sha256"], after["model_sha256"]);
    }

    [Fact]
    public void WhatIsMissingOrBrokenIsNotAtHand()
    {
        using var glue = new TinyGlue();
        File.AppendAllText(glue.TrainFile, "24\tonly two columns\n");

        var digests = new InputDigests().Of(GlueTask.Rte, Paper, new Inputs { Data = glue.Data, Weights = glue.Data });

        Assert.All(digests, entry => Assert.Equal(Trial.NotAtHand, entry.Value));
        Assert.Equal(Trial.NotAtHand, new InputDigests().Of(GlueTask.Mnli, MiniData, new Inputs { Data = glue.Data })["data_sha256"]);
    }

    [Fact]
    public void WeightsArePartOfTheDigestWhicheverFileHoldsThem()
    {
        using var folder = new TemporaryFolder();
        folder.Write("deberta-v3-base/config.json", "{}");
        folder.Write("deberta-v3-base/spm.model", "pieces");
        folder.Write("deberta-v3-base/pytorch_model.bin", "weights");
        var inputs = new Inputs { Weights = folder.Root };
        string Model() => new InputDigests().Of(GlueTask.Rte, Paper, inputs)["model_sha256"];
        var before = Model();

        folder.Write("deberta-v3-base/pytorch_model.bin", "other weights");
        var otherWeights = Model();
        folder.Write("deberta-v3-base/config.json", "{\"hidden_dropout_prob\": 0}");

        Assert.Equal(3, new[] { before, otherWeights, Model() }.Distinct().Count());
    }

    [Fact]
    public void TheTuningAndTheResultsHaveOtherRowsOfTheSameTask()
    {
        var digests = new InputDigests();

        var (mini, tuning) = (digests.Of(GlueTask.Rte, Mini, new Inputs()), digests.Of(GlueTask.Rte, Tuning, new Inputs()));

        Assert.NotEqual(mini["data_sha256"], tuning["data_sha256"]);
        Assert.Equal(mini["train_rows"], tuning["train_rows"]);
    }
}
