namespace Reproduction;

/// <summary>What a metric computes from predictions; it decides the paired test between two methods.</summary>
public enum PredictionScore
{
    /// <summary>The share of examples whose prediction equals the label: McNemar's exact test.</summary>
    Accuracy,

    /// <summary>The Matthews correlation of two classes: a paired bootstrap.</summary>
    Matthews,

    /// <summary>The Pearson correlation of predictions and labels: a paired bootstrap.</summary>
    Pearson,

    /// <summary>The mean of one value per example, such as an alignment score: a paired bootstrap.</summary>
    Mean,
}
