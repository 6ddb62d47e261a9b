using Training.Data;
using static TorchSharp.torch;

namespace Tasks.MathWords;

/// <summary>
/// Held-out word problems whose answers a decoder has to predict: <c>Question: {question}\nAnswer:</c> and <c> {answer}</c>, tokenized
/// apart and joined, without BOS like every prompt of the evaluation.
/// </summary>
public sealed class HeldOutAnswers
{
    private readonly (int[] Prompt, int[] Answer)[] _documents;
    private readonly int _paddingId;
    private readonly Device _device;

    /// <param name="problems">The problems, at least one.</param>
    /// <param name="codec">The model's tokenizer.</param>
    /// <param name="device">The device of the tensors, such as <c>cpu</c>.</param>
    public HeldOutAnswers(IEnumerable<WordProblem> problems, TextCodec codec, string device)
    {
        _documents = [.. problems.Select(problem => (codec.Encode(problem.Query), codec.Encode($" {problem.Answer}")))];
        ArgumentOutOfRangeException.ThrowIfZero(_documents.Length, nameof(problems));
        (_paddingId, _device) = (codec.EosTokenId, new Device(device));
    }

    /// <summary>The loss of a model, in evaluation mode.</summary>
    /// <param name="batchSize">Documents in a batch, which has documents of similar length, padded on the right.</param>
    /// <param name="losses">The summed loss and the number of predicted tokens of each sequence of a batch.</param>
    /// <exception cref="ArgumentException">The model has predicted another number of tokens.</exception>
    public HeldOutLoss Evaluate(int batchSize, Func<CausalBatch, IReadOnlyList<(double Sum, long Tokens)>> losses)
    {
        var results = new DocumentLoss[_documents.Length];
        int[] order = [.. Enumerable.Range(0, _documents.Length).OrderByDescending(Length)];
        foreach (var batch in Batches.Split(order, batchSize))
        {
            using var scope = NewDisposeScope();
            foreach (var (document, (sum, tokens)) in batch.Zip(losses(Batch(batch))))
            {
                results[document] = tokens == _documents[document].Answer.Length
                    ? new DocumentLoss(sum, tokens)
                    : throw new ArgumentException(
                        $"Found the loss of {tokens} tokens for document {document}, expected that of the "
                            + $"{_documents[document].Answer.Length} of its answer.",
                        nameof(losses));
            }
        }

        return new HeldOutLoss(results);
    }

    private int Length(int document) => _documents[document].Prompt.Length + _documents[document].Answer.Length;

    private CausalBatch Batch(int[] documents)
    {
        var rows = documents.Select(document => _documents[document]).ToList();
        var batch = PaddedBatch.Collate([.. rows.Select(row => (int[])[.. row.Prompt, .. row.Answer])], _paddingId);
        var labels = new long[batch.BatchSize * batch.SequenceLength];
        Array.Fill(labels, CausalBatch.Ignored);
        foreach (var (i, (prompt, answer)) in rows.Index())
        {
            answer.Select(id => (long)id).ToArray().CopyTo(labels, (i * batch.SequenceLength) + prompt.Length);
        }

        var (ids, mask) = batch.ToTensors(_device); // [B, T] each
        return new CausalBatch(
            ids, batch.TokenCount == labels.Length ? null : mask,
            tensor(labels, [batch.BatchSize, batch.SequenceLength], device: _device)); // [B, T]
    }
}
