using ModelZoo.Tokenizers;

namespace Pretrain.Deberta;

/// <summary>Text as sequences of equal length without padding: [CLS], a stretch of the text, [SEP].</summary>
internal static class TokenRows
{
    /// <summary>The ids of lines that go on from one to the next.</summary>
    public static IEnumerable<int> OfLines(DebertaTokenizer tokenizer, IEnumerable<string> lines) => lines.SelectMany(tokenizer.Encode);

    /// <summary>The ids of sentences, each ended by [SEP] as in the inputs of fine-tuning.</summary>
    public static IEnumerable<int> OfSentences(DebertaTokenizer tokenizer, IEnumerable<string> sentences) =>
        sentences.SelectMany(sentence => (IEnumerable<int>)[.. tokenizer.Encode(sentence), tokenizer.SeparatorTokenId]);

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
