using SpectralExperiments.Tests;
using Tasks.Glue;

namespace Tasks.Tests.Glue;

public sealed class GlueRealDataTests
{
    [RealDataFact("glue", "CoLA", "train.tsv")]
    public void Cola() => Check(GlueTask.Cola, [2_528, 6_023], 1_043);

    [RealDataFact("glue", "SST-2", "train.tsv")]
    public void Sst2() => Check(GlueTask.Sst2, [29_780, 37_569], 872);

    [RealDataFact("glue", "RTE", "train.tsv")]
    public void Rte() => Check(GlueTask.Rte, [1_249, 1_241], 277);

    [RealDataFact("glue", "MRPC", "msr_paraphrase_train.txt")]
    public void Mrpc_with_its_missing_pair()
    {
        var data = Check(GlueTask.Mrpc, [1_194, 2_474], 408);

        Assert.StartsWith("Officials at Brandeis said", data.Train.Examples[91].Sentence1);
        Assert.Equal(["train.tsv has 3667 of 3668 examples; 1 rebuilt from msr_paraphrase_train.txt and dev_ids.tsv"], data.Notes);
    }

    [RealDataFact("glue", "STS-B", "train.tsv")]
    public void Stsb()
    {
        var data = GlueDataset.Load(GlueTask.Stsb, RepositoryPaths.RealData("glue")!);

        Assert.Equal((5_749, 1_500), (data.Train.Examples.Count, data.Development.Examples.Count));
        Assert.Equal((0f, 5f), (data.Train.Examples.Min(row => row.Label), data.Train.Examples.Max(row => row.Label)));
        Assert.Empty(data.Notes);
    }

    [RealDataFact("glue", "QNLI", "train-9k.jsonl")]
    public void Qnli() => Check(GlueTask.Qnli, [4_523, 4_476], 5_463);

    [RealDataFact("glue", "QQP", "train-9k.jsonl")]
    public void Qqp() => Check(GlueTask.Qqp, [5_747, 3_252], 1_000);

    [RealDataFact("glue", "MNLI", "train-9k.jsonl")]
    public void Mnli() => Check(GlueTask.Mnli, [3_061, 2_980, 2_958], 1_000);

    private static GlueDataset Check(GlueTask task, int[] trainRowsPerLabel, int developmentRows)
    {
        var data = GlueDataset.Load(task, RepositoryPaths.RealData("glue")!);

        Assert.Equal(trainRowsPerLabel, task.Labels.Select((_, label) => data.Train.Examples.Count(row => row.Label == label)));
        Assert.Equal(developmentRows, data.Development.Examples.Count);
        Assert.Equal(data.Train.Examples.Count == task.TrainSize, data.Train.Note is null || task == GlueTask.Mrpc);
        return data;
    }
}
