using System.Text;

namespace ModelZoo.Tokenizers;

/// <summary>
/// The Unigram segmentation of one word with scores summed in double precision, where sums of the vocabulary's
/// single-precision scores are exact. Among equal sums the one whose last piece starts first wins, then the one whose
/// last but one piece does, and so on: the rule of the fast tokenizer.
/// </summary>
internal sealed class ExactUnigram
{
    private const double UnknownPenalty = 10;
    private readonly IReadOnlyList<UnigramPiece> _pieces;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids;
    private readonly int _longestPiece;
    private readonly int _unknownId;
    private readonly double _unknownScore;

    public ExactUnigram(UnigramVocabulary vocabulary, int unknownId)
    {
        _pieces = vocabulary.Pieces;
        _ids = vocabulary.Ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _longestPiece = _pieces.Max(piece => piece.Text.Length);
        _unknownId = unknownId;
        _unknownScore = _pieces.Min(piece => piece.Score) - UnknownPenalty;
    }

    /// <summary>The ids of a word's pieces; a character that no piece covers is one unknown piece.</summary>
    public List<int> Segment(ReadOnlySpan<char> word)
    {
        var best = new Node[word.Length + 1];
        Array.Fill(best, new Node(0, -1, -1));
        for (var start = 0; start < word.Length;)
        {
            Rune.DecodeFromUtf16(word[start..], out _, out var characterLength);
            var single = false;
            var limit = Math.Min(_longestPiece, word.Length - start);
            for (var length = 1; length <= limit; length++)
            {
                if (_ids.TryGetValue(word.Slice(start, length), out var id))
                {
                    Offer(best, start, length, id, _pieces[id].Score);
                    single |= length == characterLength;
                }
            }

            if (!single)
            {
                Offer(best, start, characterLength, _unknownId, _unknownScore);
            }

            start += characterLength;
        }

        var ids = new List<int>();
        for (var end = word.Length; end > 0; end = best[end].Start)
        {
            ids.Add(best[end].Id);
        }

        ids.Reverse();
        return ids;
    }

    private static void Offer(Node[] best, int start, int length, int id, double score)
    {
        var total = best[start].Score + score;
        ref var target = ref best[start + length];
        if (target.Start < 0 || total > target.Score)
        {
            target = new Node(total, start, id);
        }
    }

    private readonly record struct Node(double Score, int Start, int Id);
}
