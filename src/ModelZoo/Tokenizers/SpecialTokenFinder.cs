using System.Buffers;

namespace ModelZoo.Tokenizers;

/// <summary>Finds special tokens written in a text: the first one, of several that begin there the longest.</summary>
internal sealed class SpecialTokenFinder
{
    /// <summary>No special tokens.</summary>
    public static readonly SpecialTokenFinder None = new([]);

    private readonly (string Text, int Id)[] _longestFirst;
    private readonly SearchValues<string> _texts;

    /// <param name="tokens">The tokens; none has an empty text.</param>
    public SpecialTokenFinder(IEnumerable<(string Text, int Id)> tokens)
    {
        _longestFirst = [.. tokens.OrderByDescending(token => token.Text.Length)];
        _texts = SearchValues.Create([.. _longestFirst.Select(token => token.Text)], StringComparison.Ordinal);
    }

    /// <summary>A finder of added tokens.</summary>
    public static SpecialTokenFinder Of(IEnumerable<AddedToken> tokens) => new(tokens.Select(token => (token.Text, token.Id)));

    /// <summary>Finds the first special token from a place in a text on.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">The first place to look at.</param>
    /// <param name="at">Where the token begins.</param>
    /// <param name="token">The token.</param>
    public bool TryFind(string text, int start, out int at, out (string Text, int Id) token)
    {
        var offset = text.AsSpan(start).IndexOfAny(_texts);
        at = start + offset;
        var place = at;
        token = offset < 0
            ? default
            : Array.Find(_longestFirst, candidate => string.CompareOrdinal(text, place, candidate.Text, 0, candidate.Text.Length) == 0);
        return offset >= 0;
    }
}
