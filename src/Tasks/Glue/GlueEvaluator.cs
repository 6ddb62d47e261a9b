using TorchSharp;
using Training;
using Training.Data;
using static TorchSharp.torch;

namespace Tasks.Glue;

/// <summary>Evaluates a sequence classifier on a GLUE split, as the Hugging Face Trainer does.</summary>
public static class GlueEvaluator
{
    /// <summary>Collects the logits of every example and turns them into loss and metrics.</summary>
    /// <param name="task">The task.</param>
    /// <param name="examples">The examples.</param>
    /// <param name="batches">Every example once, such as <see cref="Batches.Sequential"/>.</param>
    /// <param name="logits">
    /// The model's logits [B, <see cref="GlueTask.OutputCount"/>] for the given examples; called without gradients and with a
    /// dispose scope around it. Dropout has to be off.
    /// </param>
    /// <exception cref="ArgumentException">The logits have another shape, or the batches leave examples out.</exception>
    public static GlueEvaluation Evaluate(
        GlueTask task, IReadOnlyList<GlueExample> examples, IEnumerable<int[]> batches, Func<int[], Tensor> logits)
    {
        var outputs = task.OutputCount;
        var collected = new float[examples.Count][];
        using var noGrad = no_grad();
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            var output = logits(batch); // [B, outputs]
            if (output.dim() != 2 || output.shape[0] != batch.Length || output.shape[1] != outputs)
            {
                throw new ArgumentException(
                    $"{task}: found logits of shape [{string.Join(", ", output.shape)}], expected [{batch.Length}, {outputs}]",
                    nameof(logits));
            }

            var values = output.to_type(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
            for (var i = 0; i < batch.Length; i++)
            {
                collected[batch[i]] = values[(i * outputs)..((i + 1) * outputs)];
            }
        }

        if (Array.IndexOf(collected, null) is var missing and >= 0)
        {
            throw new ArgumentException($"no batch contains example {missing} of {examples.Count}", nameof(batches));
        }

        return Summarise(task, collected, [.. examples.Select(example => example.Label)]);
    }

    private static GlueEvaluation Summarise(GlueTask task, float[][] logits, float[] labels)
    {
        var predictions = new float[labels.Length];
        double loss = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            var scores = logits[i];
            // The maximum of .NET ignores NaN.
            predictions[i] = task.IsRegression ? scores[0]
                : scores.Any(float.IsNaN) ? float.NaN
                : Array.IndexOf(scores, scores.Max());
            loss += task.IsRegression ? Square(scores[0] - (double)labels[i]) : CrossEntropy(scores, (int)labels[i]);
        }

        return new GlueEvaluation(loss / labels.Length, GlueMetrics.Compute(task, predictions, labels), predictions);
    }

    private static double Square(double value) => value * value;

    private static double CrossEntropy(float[] logits, int label)
    {
        double largest = logits.Max();
        return largest + Math.Log(logits.Sum(logit => Math.Exp(logit - largest))) - logits[label];
    }
}
