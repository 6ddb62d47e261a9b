using Training.Data;
using static TorchSharp.torch;

namespace Tasks.MathWords;

/// <summary>
/// Training texts as the authors' scripts give them to a decoder: BOS, where the tokenizer has one, and the text without an end token;
/// every token is predicted, those of the question included.
/// </summary>
public sealed class CausalTexts
{
    private readonly int[][] _ids;
    private readonly int[]? _groupLengths;
    private readonly CausalTextSettings _settings;
    private readonly int _paddingId;
    private readonly Device _device;

    /// <param name="texts">The texts, such as <see cref="WordProblem.TrainingText"/>; at least one, and none empty.</param>
    /// <param name="codec">The tokenizer; its end token is the padding.</param>
    /// <param name="settings">Lengths and padding.</param>
    /// <param name="device">The device of the tensors, such as <c>cpu</c>.</param>
    public CausalTexts(IEnumerable<string> texts, TextCodec codec, CausalTextSettings settings, string device)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.MaxLength, 2);
        (_settings, _paddingId, _device) = (settings, codec.EosTokenId, new Device(device));
        int[][] whole = [.. texts.Select(text => (int[])[.. Bos(codec), .. codec.Encode(text)])];
        _ids = [.. whole.Select(ids => ids[..Math.Min(ids.Length, settings.MaxLength)])];
        TruncatedCount = whole.Count(ids => ids.Length > settings.MaxLength);
        _groupLengths = settings.GroupSize is { } size ? [.. _ids.Chunk(size).Select(group => group.Max(ids => ids.Length))] : null;
    }

    /// <summary>The ids of each text.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Ids => _ids;

    /// <summary>How many texts have lost their end to <see cref="CausalTextSettings.MaxLength"/>.</summary>
    public int TruncatedCount { get; }

    /// <summary>
    /// A batch of texts. Labels are the ids, but for every id that is the padding's, wherever it stands: so does transformers' collator.
    /// </summary>
    /// <param name="examples">The indices of the texts.</param>
    public CausalBatch Batch(int[] examples)
    {
        var length = _groupLengths is null ? 0 : examples.Max(example => _groupLengths[example / _settings.GroupSize!.Value]);
        var batch = PaddedBatch.Collate([.. examples.Select(example => _ids[example])], _paddingId, _settings.Side, length);
        var (ids, mask) = batch.ToTensors(_device); // [B, T] each
        return new CausalBatch(
            ids, batch.TokenCount == batch.BatchSize * batch.SequenceLength ? null : mask,
            ids.masked_fill(ids.eq(_paddingId), CausalBatch.Ignored));
    }

    private static int[] Bos(TextCodec codec) => codec.BosTokenId is { } bos ? [bos] : [];
}
