using ModelZoo.Tokenizers;
using Training.Data;

namespace DebertaGlue;

/// <summary>The rows of a task as token ids.</summary>
internal sealed class GlueTokens
{
    // Truncation at the tokenizer's own limit only, which the published checkpoint does not define; longer inputs than the
    // model has positions for are legal too, as positions are relative.
    public GlueTokens(GlueDataset data, DebertaTokenizer tokenizer)
    {
        PaddingId = tokenizer.PadTokenId;
        Train = [.. data.Train.Examples.Select(example => Encode(tokenizer, example))];
        Development = [.. data.Development.Examples.Select(example => Encode(tokenizer, example))];
    }

    public int PaddingId { get; }

    public IReadOnlyList<int[]> Train { get; }

    public IReadOnlyList<int[]> Development { get; }

    /// <summary>The order of the training rows.</summary>
    public IBatchSampler Batches(GlueHyperparameters settings, int seed) => settings.GroupByLength
        ? new LengthBucketedBatchSampler([.. Train.Select(ids => ids.Length)], settings.BatchSize, seed)
        : new RandomBatchSampler(Train.Count, settings.BatchSize, seed);

    private static int[] Encode(DebertaTokenizer tokenizer, GlueExample example) => example.Sentence2 is { } second
        ? tokenizer.EncodePair(example.Sentence1, second)
        : tokenizer.EncodeSingle(example.Sentence1);
}
