namespace ModelZoo.Decoder;

/// <summary>When greedy generation ends.</summary>
public sealed record GenerationConfig
{
    /// <summary>The most new tokens of a sequence.</summary>
    public required int MaxNewTokens { get; init; }

    /// <summary>Tokens after which a sequence ends; none by default.</summary>
    public IReadOnlyCollection<int> EndTokenIds { get; init; } = [];

    /// <summary>
    /// Whether a sequence ends: called after each token with the sequence's number and all its new tokens. Null never ends one.
    /// </summary>
    public Func<int, IReadOnlyList<int>, bool>? IsStopped { get; init; }

    /// <summary>Whether keys and values are kept, so that each token is read once; without, all tokens are read for each new one.</summary>
    public bool UseCache { get; init; } = true;
}
