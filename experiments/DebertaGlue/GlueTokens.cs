using ModelZoo.Tokenizers;
using Tasks.Glue;
using Training.Data;

namespace DebertaGlue;

/// <summary>The rows of a task as token ids.</summary>
internal sealed class GlueTokens
{
    /// <param name="data">The rows.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="maxLength">
    /// The most tokens of a row; null for all, as in the official script: the published tokenizer defines no limit, and inputs longer
    /// than the model has positions for are legal, as positions are relative.
    /// </param>
    public GlueTokens(GlueDataset data, DebertaTokenizer tokenizer, int? maxLength)
    {
        PaddingId = tokenizer.PadTokenId;
        Train = [.. data.Train.Examples.Select(Encode)];
        Development = [.. data.Development.Examples.Select(Encode)];

        int[] Encode(GlueExample example) => example.Sentence2 is { } second
            ? tokenizer.EncodePair(example.Sentence1, second, maxLength)
            : tokenizer.EncodeSingle(example.Sentence1, maxLength);
    }

    public int PaddingId { get; }

    public IReadOnlyList<int[]> Train { get; }

    public IReadOnlyList<int[]> Development { get; }

    /// <summary>The order of the training rows.</summary>
    public IBatchSampler Batches(GlueHyperparameters settings, int seed) => settings.GroupByLength
        ? new LengthBucketedBatchSampler([.. Train.Select(ids => ids.Length)], settings.BatchSize, seed)
        : new RandomBatchSampler(Train.Count, settings.BatchSize, seed);
}
