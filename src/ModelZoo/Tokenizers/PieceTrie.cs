namespace ModelZoo.Tokenizers;

/// <summary>
/// The prefixes of a vocabulary's pieces as a tree over UTF-16 code units. The children of a node lie side by side, in
/// increasing order.
/// </summary>
internal sealed class PieceTrie
{
    public const int Root = 0;

    /// <summary>What <see cref="Child"/> and <see cref="Id"/> return where there is none.</summary>
    public const int None = -1;

    private readonly char[] _labels;
    private readonly int[] _firstChild;
    private readonly int[] _ids;
    private readonly int[] _rootChild = new int[char.MaxValue + 1];

    /// <param name="pieces">Distinct texts, none empty; the id of each is its index.</param>
    public PieceTrie(IReadOnlyList<SentencePiece> pieces)
    {
        var keys = pieces.Select((piece, id) => (piece.Text, Id: id)).ToArray();
        Array.Sort(keys, (a, b) => string.CompareOrdinal(a.Text, b.Text));
        var labels = new List<char> { default };
        var ids = new List<int> { None };
        var firstChild = new List<int>();
        // Breadth first. A node stands for the keys from From to To, which agree in their first Depth code units.
        var nodes = new List<(int From, int To, int Depth)> { (0, keys.Length, 0) };
        for (var node = 0; node < nodes.Count; node++)
        {
            firstChild.Add(labels.Count);
            var (from, to, depth) = nodes[node];
            if (from < to && keys[from].Text.Length == depth)
            {
                ids[node] = keys[from++].Id;
            }

            while (from < to)
            {
                var label = keys[from].Text[depth];
                var end = from + 1;
                while (end < to && keys[end].Text[depth] == label)
                {
                    end++;
                }

                labels.Add(label);
                ids.Add(None);
                nodes.Add((from, end, depth + 1));
                from = end;
            }
        }

        firstChild.Add(labels.Count);
        (_labels, _ids, _firstChild) = ([.. labels], [.. ids], [.. firstChild]);
        Array.Fill(_rootChild, None);
        for (var child = _firstChild[Root]; child < _firstChild[Root + 1]; child++)
        {
            _rootChild[_labels[child]] = child;
        }
    }

    /// <summary>The node for the prefix of <paramref name="node"/> followed by <paramref name="next"/>.</summary>
    public int Child(int node, char next)
    {
        if (node == Root)
        {
            return _rootChild[next];
        }

        var first = _firstChild[node];
        var offset = _labels.AsSpan(first, _firstChild[node + 1] - first).IndexOf(next);
        return offset < 0 ? None : first + offset;
    }

    /// <summary>The id of the piece that is exactly the prefix of <paramref name="node"/>.</summary>
    public int Id(int node) => _ids[node];
}
