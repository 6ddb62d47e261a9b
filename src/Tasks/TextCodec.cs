namespace Tasks;

/// <summary>A decoder's tokenizer, as tasks with texts use it.</summary>
public sealed record TextCodec
{
    /// <summary>The ids of a text, without any added in front or behind.</summary>
    public required Func<string, int[]> Encode { get; init; }

    /// <summary>
    /// The text of ids, special tokens included, cleaned up where the model's tokenizer does so by default: what transformers'
    /// <c>decode</c> returns.
    /// </summary>
    public required Func<IReadOnlyList<int>, string> Decode { get; init; }

    /// <summary>The id that training texts begin with, or null for none. Prompts of evaluation never carry it.</summary>
    public required int? BosTokenId { get; init; }

    /// <summary>The id that ends a text, and padding in the paper's scripts.</summary>
    public required int EosTokenId { get; init; }
}
