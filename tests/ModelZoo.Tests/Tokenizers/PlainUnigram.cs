using System.Text;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>
/// A second reading of spm.model files, which trusts them: pieces with scores, the character map, the best segmentation's sum.
/// </summary>
internal sealed class PlainUnigram
{
    private readonly List<(string Text, double Score)> _pieces = [];
    private byte[] _map = [];

    public PlainUnigram(byte[] model)
    {
        foreach (var (field, value) in Fields(model))
        {
            if (field == 1)
            {
                var piece = Fields(value).ToLookup(one => one.Field, one => one.Value);
                _pieces.Add((
                    Encoding.UTF8.GetString(piece[1].LastOrDefault([])),
                    piece[2].Any() ? BitConverter.ToSingle(piece[2].Last()) : 0));
            }
            else if (field == 3)
            {
                // Another specification replaces all of an earlier one here, as in the reader.
                _map = Fields(value).Where(one => one.Field == 2).Select(one => one.Value).LastOrDefault([]);
            }
        }
    }

    public IReadOnlyList<(string Text, double Score)> Pieces => _pieces;

    /// <summary>An ASCII text as the map changes it, character by character, and spaces as word marks.</summary>
    public string Normalize(string text)
    {
        var output = new StringBuilder();
        foreach (var next in text.Trim())
        {
            output.Append(Replacement((byte)next) ?? next.ToString());
        }

        var collapsed = output.ToString();
        while (collapsed.Contains("  ", StringComparison.Ordinal))
        {
            collapsed = collapsed.Replace("  ", " ", StringComparison.Ordinal);
        }

        var marked = collapsed.Replace(' ', '\u2581');
        return marked.Length == 0 || marked[0] == '\u2581' ? marked : $"\u2581{marked}";
    }

    /// <summary>The highest sum of scores of a word; a character that no piece covers costs ten more than the worst piece.</summary>
    public double BestSum(string word)
    {
        var unknown = _pieces.Min(piece => piece.Score) - 10;
        var best = new double[word.Length + 1];
        Array.Fill(best, double.NegativeInfinity, 1, word.Length);
        for (var end = 1; end <= word.Length; end++)
        {
            for (var start = 0; start < end; start++)
            {
                var text = word[start..end];
                var piece = _pieces.FindIndex(one => one.Text == text);
                var score = piece >= 0 ? _pieces[piece].Score : end - start == 1 ? unknown : double.NegativeInfinity;
                best[end] = Math.Max(best[end], best[start] + score);
            }
        }

        return best[word.Length];
    }

    // The key of one byte, in a double array whose units hold a label, an offset and whether a value follows.
    private string? Replacement(byte character)
    {
        if (_map.Length == 0)
        {
            return null;
        }

        uint[] units = [.. Enumerable.Range(0, (int)(Unit(_map, 0) / 4)).Select(k => Unit(_map, 4 + (4 * k)))];
        var child = Offset(units[0]) ^ character;
        if (character == 0 || child >= units.Length || (units[child] & 0x800000FF) != character || (units[child] >> 8 & 1) == 0)
        {
            return null;
        }

        var leaf = child ^ Offset(units[child]);
        if (leaf >= units.Length)
        {
            return null;
        }

        var texts = _map[(4 + (4 * units.Length))..];
        var start = Math.Min(units[leaf] & 0x7FFFFFFF, (uint)texts.Length);
        return Encoding.UTF8.GetString([.. texts.Skip((int)start).TakeWhile(one => one != 0)]);
    }

    private static uint Unit(byte[] bytes, int at) => BitConverter.ToUInt32(bytes, at);

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & 0x200) >> 6);

    private static IEnumerable<(int Field, byte[] Value)> Fields(byte[] message)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            var length = (tag & 7) switch { 5 => 4, 1 => 8, 2 => (int)Varint(message, ref at), _ => 0 };
            if ((tag & 7) == 0)
            {
                Varint(message, ref at);
            }

            yield return ((int)(tag >> 3), message[at..(at + length)]);
            at += length;
        }
    }

    private static ulong Varint(byte[] bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            value |= (ulong)(bytes[at] & 0x7F) << shift;
            if (bytes[at++] < 0x80)
            {
                return value;
            }
        }
    }
}
