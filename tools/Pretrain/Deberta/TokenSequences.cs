using ModelZoo.Tokenizers;

namespace Pretrain.Deberta;

/// <summary>Text as sequences of equal length without padding: [CLS], text, [SEP].</summary>
internal static class TokenSequences
{
    /// <summary>The ids of consecutive lines.</summary>
    public static IEnumerable<int> OfLines(DebertaTokenizer tokenizer, IEnumerable<string> lines) => lines.SelectMany(tokenizer.Encode);

    /// <summary>
    /// Paragraphs in sequences that begin with one, each sentence ended by [SEP] as in the inputs of fine-tuning. What does
    /// not fit into a sequence is dropped. Where the first paragraph joins two sentences, the joining word is removed and takes
    /// the place of [CLS], as what is to be predicted there (Nie et al. 2019, section 2).
    /// </summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="paragraphs">The sentences of each paragraph; endless.</param>
    /// <param name="count">The number of sequences.</param>
    /// <param name="length">T, the sequence length in tokens.</param>
    public static List<int[]> OfParagraphs(DebertaTokenizer tokenizer, IEnumerable<IReadOnlyList<string>> paragraphs, int count, int length)
    {
        var joining = JoiningWords.Of(tokenizer);
        var sequences = new List<int[]>(count);
        var current = new List<int>(2 * length);
        foreach (var paragraph in paragraphs)
        {
            if (sequences.Count == count)
            {
                break;
            }

            var sentences = paragraph;
            if (current.Count == 0)
            {
                (var first, sentences) = joining.TakeOut(paragraph);
                current.Add(first ?? tokenizer.ClassificationTokenId);
            }

            current.AddRange(
                sentences.SelectMany(sentence => (IEnumerable<int>)[.. tokenizer.Encode(sentence), tokenizer.SeparatorTokenId]));
            if (current.Count >= length)
            {
                sequences.Add([.. current.Take(length - 1), tokenizer.SeparatorTokenId]);
                current.Clear();
            }
        }

        return sequences;
    }

    /// <summary>Splits ids into sequences until there are enough of them or no ids are left.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="ids">The text.</param>
    /// <param name="count">The maximum number of sequences.</param>
    /// <param name="length">T, the sequence length in tokens.</param>
    public static List<int[]> Pack(DebertaTokenizer tokenizer, IEnumerable<int> ids, int count, int length) =>
    [
        .. ids.Chunk(length - 2)
            .TakeWhile(chunk => chunk.Length == length - 2)
            .Take(count)
            .Select(chunk => (int[])[tokenizer.ClassificationTokenId, .. chunk, tokenizer.SeparatorTokenId]),
    ];
}
