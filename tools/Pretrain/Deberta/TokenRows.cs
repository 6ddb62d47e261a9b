using ModelZoo.Tokenizers;

namespace Pretrain.Deberta;

/// <summary>Text as sequences of equal length without padding: [CLS], a stretch of the text, [SEP].</summary>
internal static class TokenRows
{
    /// <summary>The ids of lines that go on from one to the next.</summary>
    public static IEnumerable<int> OfLines(DebertaTokenizer tokenizer, IEnumerable<string> lines) => lines.SelectMany(tokenizer.Encode);

    /// <summary>
    /// Paragraphs in sequences that begin with one, each sentence ended by [SEP] as in the inputs of fine-tuning. What does
    /// not fit into a sequence is dropped. Where the first paragraph joins two sentences, the joining word is taken out and
    /// stands in the place of [CLS], as what is to be guessed there (Nie et al. 2019, section 2).
    /// </summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="paragraphs">The sentences of each paragraph; endless.</param>
    /// <param name="count">How many sequences to make.</param>
    /// <param name="length">T, tokens of a sequence.</param>
    public static List<int[]> OfParagraphs(DebertaTokenizer tokenizer, IEnumerable<IReadOnlyList<string>> paragraphs, int count, int length)
    {
        var joining = JoiningWords.Of(tokenizer);
        var rows = new List<int[]>(count);
        var row = new List<int>(2 * length);
        foreach (var paragraph in paragraphs)
        {
            if (rows.Count == count)
            {
                break;
            }

            var sentences = paragraph;
            if (row.Count == 0)
            {
                (var first, sentences) = joining.TakeOut(paragraph);
                row.Add(first ?? tokenizer.ClassificationTokenId);
            }

            row.AddRange(sentences.SelectMany(sentence => (IEnumerable<int>)[.. tokenizer.Encode(sentence), tokenizer.SeparatorTokenId]));
            if (row.Count >= length)
            {
                rows.Add([.. row.Take(length - 1), tokenizer.SeparatorTokenId]);
                row.Clear();
            }
        }

        return rows;
    }

    /// <summary>Cuts a stretch of ids into sequences until there are enough of them or no more ids.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="ids">The text.</param>
    /// <param name="count">How many sequences to make at most.</param>
    /// <param name="length">T, tokens of a sequence.</param>
    public static List<int[]> Pack(DebertaTokenizer tokenizer, IEnumerable<int> ids, int count, int length) =>
    [
        .. ids.Chunk(length - 2)
            .TakeWhile(chunk => chunk.Length == length - 2)
            .Take(count)
            .Select(chunk => (int[])[tokenizer.ClassificationTokenId, .. chunk, tokenizer.SeparatorTokenId]),
    ];
}
