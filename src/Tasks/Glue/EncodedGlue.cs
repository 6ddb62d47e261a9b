using Training.Data;
using static TorchSharp.torch;

namespace Tasks.Glue;

/// <summary>A GLUE task as token ids, with the tensors of its batches.</summary>
public sealed class EncodedGlue
{
    private readonly int[][] _train;
    private readonly int[][] _development;
    private readonly int _paddingId;
    private readonly Device _device;

    /// <param name="data">The examples.</param>
    /// <param name="encode">The token ids of a sentence, or of a pair.</param>
    /// <param name="paddingId">The id that fills up shorter examples of a batch.</param>
    /// <param name="device">The device of the tensors, such as <c>cpu</c>.</param>
    public EncodedGlue(GlueDataset data, Func<string, string?, int[]> encode, int paddingId, string device)
    {
        (Data, _paddingId, _device) = (data, paddingId, new Device(device));
        _train = [.. data.Train.Examples.Select(example => encode(example.Sentence1, example.Sentence2))];
        _development = [.. data.Development.Examples.Select(example => encode(example.Sentence1, example.Sentence2))];
    }

    /// <summary>The examples.</summary>
    public GlueDataset Data { get; }

    /// <summary>The tokens of each training example.</summary>
    public IReadOnlyList<int> TrainLengths => [.. _train.Select(ids => ids.Length)];

    /// <summary>A batch of training examples, whose tensors belong to the caller's dispose scope.</summary>
    /// <param name="examples">Their indices.</param>
    /// <returns>
    /// Ids [B, T]; mask [B, T], or null where nothing is padded; labels [B], of integers for classes and of float32 for regression.
    /// </returns>
    public (Tensor InputIds, Tensor? Mask, Tensor Labels) TrainBatch(int[] examples)
    {
        var labels = examples.Select(example => Data.Train.Examples[example].Label).ToArray();
        var (inputIds, mask) = Tensors(examples, _train);
        return (
            inputIds, mask, Data.Task.IsRegression
                ? tensor(labels, device: _device)
                : tensor(labels, dtype: ScalarType.Int64, device: _device));
    }

    /// <summary>Evaluates a classifier on the development split.</summary>
    /// <param name="batchSize">Examples in a batch.</param>
    /// <param name="logits">The model: from ids [B, T] and mask to logits [B, outputs].</param>
    public GlueEvaluation Evaluate(int batchSize, Func<Tensor, Tensor?, Tensor> logits) => GlueEvaluator.Evaluate(
        Data.Task,
        Data.Development.Examples,
        Batches.Sequential(_development.Length, batchSize),
        examples =>
        {
            var (inputIds, mask) = Tensors(examples, _development);
            return logits(inputIds, mask);
        });

    private (Tensor InputIds, Tensor? Mask) Tensors(int[] examples, int[][] ids)
    {
        var batch = PaddedBatch.Collate([.. examples.Select(example => ids[example])], _paddingId);
        var (inputIds, mask) = batch.ToTensors(_device); // [B, T] each
        return (inputIds, batch.TokenCount == batch.BatchSize * batch.SequenceLength ? null : mask);
    }
}
