using System.Runtime.InteropServices;

namespace ModelZoo.Tokenizers;

/// <summary>The merges of a BPE vocabulary, applied as Hugging Face's tokenizers applies them.</summary>
internal sealed class PairMerges
{
    private const int Removed = -1;

    private readonly Dictionary<(int Left, int Right), (int Rank, int Merged)> _merges;

    /// <param name="merges">
    /// Pairs of ids with the id of both together; the first is merged first, of a repeated pair the last counts.
    /// </param>
    public PairMerges(IReadOnlyList<(int Left, int Right, int Merged)> merges)
    {
        _merges = new Dictionary<(int, int), (int, int)>(merges.Count);
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var (left, right, merged) = merges[rank];
            _merges[(left, right)] = (rank, merged);
        }
    }

    /// <summary>
    /// Merges neighbours until no merge applies, always those of the lowest rank, of equal ones the leftmost first, and appends what
    /// remains to a list.
    /// </summary>
    /// <param name="symbols">The ids of the characters; overwritten.</param>
    /// <param name="ids">Where the ids go.</param>
    public void Apply(List<int> symbols, List<int> ids)
    {
        var id = CollectionsMarshal.AsSpan(symbols);
        var count = id.Length;
        var (previous, next) = (new int[count], new int[count]);
        var candidates = new PriorityQueue<(int Place, int Merged), (int Rank, int Place)>(count);
        for (var place = 0; place < count; place++)
        {
            (previous[place], next[place]) = (place - 1, place + 1);
        }

        for (var place = 0; place + 1 < count; place++)
        {
            Consider(id, place, place + 1);
        }

        while (candidates.TryDequeue(out var candidate, out _))
        {
            var place = candidate.Place;
            var right = id[place] == Removed ? count : next[place];
            // A pair that has changed since counts if it now gives the same token.
            if (right >= count || !_merges.TryGetValue((id[place], id[right]), out var merge) || merge.Merged != candidate.Merged)
            {
                continue;
            }

            id[place] = merge.Merged;
            id[right] = Removed;
            next[place] = next[right];
            if (next[place] < count)
            {
                previous[next[place]] = place;
                Consider(id, place, next[place]);
            }

            if (previous[place] >= 0)
            {
                Consider(id, previous[place], place);
            }
        }

        for (var place = 0; place < count; place = next[place])
        {
            ids.Add(id[place]);
        }

        void Consider(ReadOnlySpan<int> current, int left, int right)
        {
            if (_merges.TryGetValue((current[left], current[right]), out var merge))
            {
                candidates.Enqueue((left, merge.Merged), (merge.Rank, left));
            }
        }
    }
}
