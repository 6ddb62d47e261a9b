using System.Buffers;
using System.Text;

namespace ModelZoo.Tokenizers;

/// <summary>
/// The Unigram segmentation of one word: the pieces with the highest sum of scores (Viterbi), sums in double precision.
/// </summary>
/// <remarks>
/// Sums of single-precision scores of similar size are exact in double precision; in single precision rounding would decide
/// between segmentations whose sums are nearly equal. Among equal sums the segmentation whose last piece starts first wins, then
/// the one whose last but one piece does, and so on, as in Hugging Face's fast tokenizer.
/// </remarks>
internal sealed class UnigramModel
{
    private const double UnknownPenalty = 10;
    private readonly PieceTrie _trie;
    private readonly float[] _scores;
    private readonly int _unknownId;
    private readonly double _unknownScore;

    /// <param name="pieces">The vocabulary, at least one piece.</param>
    /// <param name="unknownId">The id for a character that no piece covers.</param>
    public UnigramModel(IReadOnlyList<SentencePiece> pieces, int unknownId)
    {
        _trie = new PieceTrie(pieces);
        _scores = [.. pieces.Select(piece => piece.Score)];
        _unknownId = unknownId;
        _unknownScore = _scores.Min() - UnknownPenalty;
    }

    /// <summary>Appends the ids of a word's pieces. Consecutive characters that no piece covers are one unknown piece.</summary>
    public void Segment(ReadOnlySpan<char> word, List<int> ids)
    {
        var nodes = ArrayPool<Node>.Shared.Rent(word.Length + 1);
        var best = nodes.AsSpan(0, word.Length + 1);
        best.Fill(new Node(0, PieceTrie.None, PieceTrie.None));
        for (var start = 0; start < word.Length;)
        {
            Rune.DecodeFromUtf16(word[start..], out _, out var characterLength);
            OfferPieces(word, start, characterLength, best);
            start += characterLength;
        }

        var first = ids.Count;
        for (var end = word.Length; end > 0; end = best[end].Start)
        {
            // From the end to the start: the piece appended last is the following one.
            if (best[end].Id != _unknownId || ids.Count == first || ids[^1] != _unknownId)
            {
                ids.Add(best[end].Id);
            }
        }

        ids.Reverse(first, ids.Count - first);
        ArrayPool<Node>.Shared.Return(nodes);
    }

    private void OfferPieces(ReadOnlySpan<char> word, int start, int characterLength, Span<Node> best)
    {
        var single = false;
        var node = PieceTrie.Root;
        for (var end = start; end < word.Length && (node = _trie.Child(node, word[end])) != PieceTrie.None;)
        {
            end++;
            var id = _trie.Id(node);
            if (id != PieceTrie.None)
            {
                Offer(best, start, end, id, _scores[id]);
                single |= end - start == characterLength;
            }
        }

        if (!single)
        {
            Offer(best, start, start + characterLength, _unknownId, _unknownScore);
        }
    }

    private static void Offer(Span<Node> best, int start, int end, int id, double score)
    {
        var sum = best[start].Sum + score;
        ref var target = ref best[end];
        if (target.Start < 0 || sum > target.Sum)
        {
            target = new Node(sum, start, id);
        }
    }

    /// <param name="Sum">The highest sum of scores of the word up to here.</param>
    /// <param name="Start">Where the last piece of that segmentation starts.</param>
    /// <param name="Id">That piece.</param>
    private readonly record struct Node(double Sum, int Start, int Id);
}
