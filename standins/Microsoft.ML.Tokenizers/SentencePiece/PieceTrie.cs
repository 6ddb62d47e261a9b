using System.Text;

namespace Microsoft.ML.Tokenizers.SentencePiece;

/// <summary>All prefixes of the vocabulary's pieces, over UTF-8 bytes. The children of a node lie side by side in increasing order.</summary>
internal sealed class PieceTrie
{
    public const int Root = 0;
    private readonly byte[] _label;
    private readonly int[] _firstChild;
    private readonly int[] _id;
    private readonly int[] _rootChild = new int[256];

    /// <exception cref="ArgumentException">A piece occurs twice.</exception>
    public PieceTrie(IEnumerable<(string Piece, int Id)> pieces)
    {
        var keys = pieces.Select(p => (Bytes: Encoding.UTF8.GetBytes(p.Piece), p.Piece, p.Id)).ToArray();
        Array.Sort(keys, (a, b) => a.Bytes.AsSpan().SequenceCompareTo(b.Bytes));
        for (var i = 1; i < keys.Length; i++)
        {
            if (keys[i].Piece == keys[i - 1].Piece)
            {
                throw new ArgumentException(
                    $"The piece '{keys[i].Piece}' has two ids, {keys[i - 1].Id} and {keys[i].Id}.");
            }
        }

        var label = new List<byte> { 0 };
        var id = new List<int> { -1 };
        var firstChild = new List<int>();
        // Breadth first: node n stands for keys[From..To], which agree in their first Depth bytes.
        var ranges = new List<(int From, int To, int Depth)> { (0, keys.Length, 0) };
        for (var node = 0; node < ranges.Count; node++)
        {
            firstChild.Add(label.Count);
            var (from, to, depth) = ranges[node];
            if (from < to && keys[from].Bytes.Length == depth)
            {
                id[node] = keys[from++].Id;
            }

            while (from < to)
            {
                var first = keys[from].Bytes[depth];
                var end = from + 1;
                while (end < to && keys[end].Bytes[depth] == first)
                {
                    end++;
                }

                label.Add(first);
                id.Add(-1);
                ranges.Add((from, end, depth + 1));
                from = end;
            }
        }

        firstChild.Add(label.Count);
        (_label, _firstChild, _id) = ([.. label], [.. firstChild], [.. id]);
        Array.Fill(_rootChild, -1);
        for (var child = _firstChild[Root]; child < _firstChild[Root + 1]; child++)
        {
            _rootChild[_label[child]] = child;
        }
    }

    /// <summary>The node below <paramref name="node"/> for a byte, or -1.</summary>
    public int Child(int node, byte next)
    {
        if (node == Root)
        {
            return _rootChild[next];
        }

        var first = _firstChild[node];
        var place = _label.AsSpan(first, _firstChild[node + 1] - first).IndexOf(next);
        return place < 0 ? -1 : first + place;
    }

    /// <summary>The id of the piece that ends at this node, or -1.</summary>
    public int Id(int node) => _id[node];
}
