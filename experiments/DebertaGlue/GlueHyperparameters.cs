namespace DebertaGlue;

/// <summary>What a method is trained with on a task.</summary>
/// <param name="LearningRate">The peak learning rate.</param>
/// <param name="Epochs">Passes over the training split; this or <paramref name="MaxSteps"/>.</param>
/// <param name="MaxSteps">Optimiser steps; this or <paramref name="Epochs"/>.</param>
/// <param name="BatchSize">Rows a step, in training and evaluation.</param>
/// <param name="WeightDecay">AdamW's decay.</param>
/// <param name="EvaluationSteps">Evaluate, and keep the best by evaluation loss, every so many steps; null: at the end only.</param>
/// <param name="GroupByLength">Batches of rows of similar length, which need less padding, instead of uniform samples.</param>
/// <param name="MaxLength">The most tokens of a row, special tokens included; a longer row is cut, the longer sentence first. Null: no row is cut.</param>
internal sealed record GlueHyperparameters(
    double LearningRate, int? Epochs, int? MaxSteps, int BatchSize, double WeightDecay, int? EvaluationSteps, bool GroupByLength, int? MaxLength)
{
    /// <summary>The most tokens of a row of the real tasks for the small model, which was pretrained on rows of 32.</summary>
    public const int RealTaskMaxLength = 64;

    // What two cores do with all methods, tasks and one seed in minutes. Of the tasks only CoLA's is nowhere in the text that the small
    // model was pretrained on, and takes longer to learn.
    private const int MostTasksSteps = 125;
    private const int ColaSteps = 300;

    // What two cores do with all methods and three seeds in less than three hours, even without AVX-512: fewer steps where rows are long.
    private static readonly Dictionary<string, int> RealTaskSteps = new()
    {
        ["mnli"] = 100, ["sst2"] = 300, ["mrpc"] = 100, ["cola"] = 150, ["qnli"] = 75, ["qqp"] = 125, ["rte"] = 75, ["stsb"] = 200,
    };

    private const double PublishedWeightDecay = 0.01;
    private const int PublishedBatchSize = 32;
    private const int PublishedEvaluationSteps = 500;

    // official deberta_tune/*/glue_tune.py, the paper's Table 4: task, epochs, learning rate of LoRA and DoRA, of spectral A, of OFT;
    // AdaLoRA's learning rate and epochs.
    private static readonly (string Task, int Epochs, double Lora, double Spectral, double Oft, double AdaLora, int AdaLoraEpochs)[] Table4 =
    [
        ("mnli", 1, 1e-4, 1e-4, 8e-5, 5e-4, 1),
        ("sst2", 5, 6e-5, 1e-4, 2e-4, 8e-4, 5),
        ("mrpc", 13, 2e-4, 7e-4, 9e-4, 1e-3, 13),
        ("cola", 8, 1e-4, 3e-4, 4e-4, 5e-4, 8),
        ("qnli", 1, 1e-4, 1e-4, 2e-4, 1.2e-3, 1),
        ("qqp", 10, 1e-4, 1e-4, 3e-4, 5e-4, 10),
        ("rte", 10, 2e-4, 3e-4, 3e-4, 1.2e-3, 13),
        ("stsb", 30, 2e-4, 5e-4, 7e-4, 2.2e-3, 30),
    ];

    // The table has no full tuning: this is the usual rate for DeBERTaV3-base.
    private const double FullLearningRate = 2e-5;

    /// <summary>Optimiser steps of the small model on a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="isGenerated">Whether it is the generated task or the real one.</param>
    public static int MiniSteps(string task, bool isGenerated) => !isGenerated ? RealTaskSteps[task] : task == "cola" ? ColaSteps : MostTasksSteps;

    /// <summary>The published settings.</summary>
    public static GlueHyperparameters Published(string method, string task)
    {
        var row = Table4.Single(row => row.Task == task);
        var (rate, epochs) = method switch
        {
            "full" => (FullLearningRate, row.Epochs),
            "spectral-a" => (row.Spectral, row.Epochs),
            "oft" => (row.Oft, row.Epochs),
            "adalora" => (row.AdaLora, row.AdaLoraEpochs),
            _ => (row.Lora, row.Epochs),
        };
        return new GlueHyperparameters(rate, epochs, MaxSteps: null, PublishedBatchSize, PublishedWeightDecay, PublishedEvaluationSteps, GroupByLength: false, MaxLength: null);
    }

    /// <summary>The settings of the small model: the same number of steps for every method.</summary>
    /// <param name="learningRate">The rate that the tuning chose.</param>
    /// <param name="task">The task.</param>
    /// <param name="isGenerated">Whether it is the generated task or the real one.</param>
    public static GlueHyperparameters Mini(double learningRate, string task, bool isGenerated) =>
        new(learningRate, Epochs: null, MiniSteps(task, isGenerated), PublishedBatchSize, PublishedWeightDecay, EvaluationSteps: null, GroupByLength: true, isGenerated ? null : RealTaskMaxLength);
}
