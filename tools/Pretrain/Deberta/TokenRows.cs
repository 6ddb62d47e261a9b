using ModelZoo.Tokenizers;

namespace Pretrain.Deberta;

/// <summary>Text as sequences of equal length without padding: [CLS], a stretch of the text, [SEP].</summary>
internal static class TokenRows
{
    /// <summary>Packs lines, one after the other, until there are enough sequences or no more lines.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="lines">The text.</param>
    /// <param name="count">How many sequences to make at most.</param>
    /// <param name="length">T, tokens of a sequence.</param>
    public static List<int[]> Pack(DebertaTokenizer tokenizer, IEnumerable<string> lines, int count, int length)
    {
        var rows = new List<int[]>();
        var row = new List<int>(length) { tokenizer.ClassificationTokenId };
        foreach (var line in lines)
        {
            foreach (var id in tokenizer.Encode(line))
            {
                row.Add(id);
                if (row.Count == length - 1)
                {
                    rows.Add([.. row, tokenizer.SeparatorTokenId]);
                    row.RemoveRange(1, row.Count - 1);
                    if (rows.Count == count)
                    {
                        return rows;
                    }
                }
            }
        }

        return rows;
    }
}
