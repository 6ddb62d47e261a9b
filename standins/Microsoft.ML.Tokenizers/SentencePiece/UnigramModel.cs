using System.Buffers;
using System.Text;

namespace Microsoft.ML.Tokenizers.SentencePiece;

/// <summary>The Unigram model: of all segmentations into pieces, the one with the highest sum of scores.</summary>
internal sealed class UnigramModel
{
    private const float UnknownPenalty = 10;
    private readonly PieceTrie _trie;
    private readonly double[] _score;
    private readonly int _unknownId;
    private readonly float _unknownScore;

    public UnigramModel(ModelProto model)
    {
        var count = model.Pieces.Count;
        if (model.BeginningOfSentenceId >= count || model.EndOfSentenceId >= count || model.UnknownId >= count)
        {
            throw new ArgumentException("The BOS, EOS, or UNK token is not present in the vocabulary.");
        }

        var scored = model.Pieces.Where(p => p.Type is PieceType.Normal or PieceType.UserDefined or PieceType.Unused).ToArray();
        var lowest = scored.Length == 0 ? 0 : scored.Min(p => p.Score);
        var highest = scored.Length == 0 ? 0 : scored.Max(p => p.Score);
        _unknownId = Math.Max(model.UnknownId, 0);
        _unknownScore = lowest - UnknownPenalty;
        _trie = new PieceTrie(model.Pieces.Index()
            .Where(p => p.Item.Type is PieceType.Normal or PieceType.UserDefined)
            .Select(p => (p.Item.Text, p.Index)));
        // A user-defined piece beats every other segmentation of its text.
        _score = [.. model.Pieces.Select(p => p.Type == PieceType.UserDefined
            ? Encoding.UTF8.GetByteCount(p.Text) * highest - 0.1
            : p.Score)];
    }

    /// <summary>The best segmentation of a normalised UTF-8 text. A character that no piece covers is one unknown segment.</summary>
    public List<Segment> Segment(ReadOnlySpan<byte> text)
    {
        var best = ArrayPool<Node>.Shared.Rent(text.Length + 1);
        best.AsSpan(0, text.Length + 1).Fill(new Node(0, -1, -1));
        for (var start = 0; start < text.Length;)
        {
            var length = Math.Min(CharacterLength(text[start]), text.Length - start);
            Extend(text, start, length, best);
            start += length;
        }

        var segments = new List<Segment>();
        for (var end = text.Length; end > 0; end = best[end].Start)
        {
            segments.Add(new Segment(best[end].Id, best[end].Start, end));
        }

        segments.Reverse();
        ArrayPool<Node>.Shared.Return(best);
        return segments;
    }

    /// <summary>Tries every piece that starts at <paramref name="start"/>, whose first character has <paramref name="characterLength"/> bytes.</summary>
    private void Extend(ReadOnlySpan<byte> text, int start, int characterLength, Node[] best)
    {
        var scoreHere = best[start].Score;
        var single = false;
        var node = PieceTrie.Root;
        for (var position = start; position < text.Length; position++)
        {
            node = _trie.Child(node, text[position]);
            if (node < 0)
            {
                break;
            }

            var id = _trie.Id(node);
            if (id >= 0)
            {
                // Summed in double, stored as float, as sentencepiece does: ties fall as they do there.
                Offer(best, position + 1, _score[id] + scoreHere, start, id);
                single |= position + 1 - start == characterLength;
            }
        }

        if (!single)
        {
            Offer(best, start + characterLength, _unknownScore + scoreHere, start, _unknownId);
        }
    }

    private static void Offer(Node[] best, int end, double score, int start, int id)
    {
        if (best[end].Start < 0 || score > best[end].Score)
        {
            best[end] = new Node((float)score, start, id);
        }
    }

    private static int CharacterLength(byte first) => first switch
    {
        < 0xC0 => 1,
        < 0xE0 => 2,
        < 0xF0 => 3,
        _ => 4,
    };

    private readonly record struct Node(float Score, int Start, int Id);
}
