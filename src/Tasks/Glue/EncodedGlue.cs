using Training.Data;
using static TorchSharp.torch;

namespace Tasks.Glue;

/// <summary>A GLUE task as token ids, with the tensors of its batches.</summary>
public sealed class EncodedGlue
{
    private readonly (int[] Ids, int FirstLength)[] _train;
    private readonly (int[] Ids, int FirstLength)[] _development;
    private readonly int _paddingId;
    private readonly Device _device;

    /// <param name="data">The examples.</param>
    /// <param name="encode">
    /// The token ids of a sentence, or of a pair, and how many of them belong to the first sentence: the rest has token type 1.
    /// </param>
    /// <param name="paddingId">The id that fills up shorter examples of a batch.</param>
    /// <param name="device">The device of the tensors, such as <c>cpu</c>.</param>
    public EncodedGlue(
        GlueDataset data, Func<string, string?, (int[] Ids, int FirstLength)> encode, int paddingId, string device)
    {
        (Data, _paddingId, _device) = (data, paddingId, new Device(device));
        _train = [.. data.Train.Examples.Select(example => encode(example.Sentence1, example.Sentence2))];
        _development = [.. data.Development.Examples.Select(example => encode(example.Sentence1, example.Sentence2))];
    }

    /// <summary>The examples.</summary>
    public GlueDataset Data { get; }

    /// <summary>The tokens of each training example.</summary>
    public IReadOnlyList<int> TrainLengths => [.. _train.Select(example => example.Ids.Length)];

    /// <summary>A batch of training examples, whose tensors belong to the caller's dispose scope.</summary>
    /// <param name="examples">Their indices.</param>
    /// <returns>The inputs; labels [B], of integers for classes and of float32 for regression.</returns>
    public (GlueInputBatch Inputs, Tensor Labels) TrainBatch(int[] examples)
    {
        var labels = examples.Select(example => Data.Train.Examples[example].Label).ToArray();
        return (
            Tensors(examples, _train), Data.Task.IsRegression
                ? tensor(labels, device: _device)
                : tensor(labels, dtype: ScalarType.Int64, device: _device));
    }

    /// <summary>Evaluates a classifier on the development split.</summary>
    /// <param name="batchSize">Examples in a batch.</param>
    /// <param name="byLength">Whether a batch has examples of similar length, which need less padding, instead of the file's order.</param>
    /// <param name="logits">The model: from the inputs to logits [B, outputs].</param>
    public GlueEvaluation Evaluate(int batchSize, bool byLength, Func<GlueInputBatch, Tensor> logits)
    {
        int[] order = [.. Enumerable.Range(0, _development.Length)];
        if (byLength)
        {
            order = [.. order.OrderBy(example => _development[example].Ids.Length)];
        }

        return GlueEvaluator.Evaluate(
            Data.Task, Data.Development.Examples, Batches.Split(order, batchSize), examples => logits(Tensors(examples, _development)));
    }

    private GlueInputBatch Tensors(int[] examples, (int[] Ids, int FirstLength)[] encoded)
    {
        var batch = PaddedBatch.Collate([.. examples.Select(example => encoded[example].Ids)], _paddingId);
        var (inputIds, mask) = batch.ToTensors(_device); // [B, T] each
        return new GlueInputBatch(
            inputIds, Data.Task.IsPair ? TokenTypes(examples, encoded, batch.SequenceLength) : null,
            batch.TokenCount == batch.BatchSize * batch.SequenceLength ? null : mask);
    }

    // Padding has token type 0, as in transformers.
    private Tensor TokenTypes(int[] examples, (int[] Ids, int FirstLength)[] encoded, int length)
    {
        var types = new long[examples.Length * length];
        for (var i = 0; i < examples.Length; i++)
        {
            var (ids, first) = encoded[examples[i]];
            types.AsSpan((i * length) + first, ids.Length - first).Fill(1);
        }

        return tensor(types, [examples.Length, length], device: _device); // [B, T]
    }
}
