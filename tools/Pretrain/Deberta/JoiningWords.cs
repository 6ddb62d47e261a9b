using ModelZoo.Tokenizers;
using Tasks.MicroGlue;

namespace Pretrain.Deberta;

/// <summary>The words that join sentences in the generated text, as far as the vocabulary has them as one piece.</summary>
internal sealed class JoiningWords
{
    private readonly Dictionary<string, int> ids;

    private JoiningWords(Dictionary<string, int> ids) => this.ids = ids;

    /// <summary>Their ids.</summary>
    public IReadOnlySet<int> Ids => ids.Values.ToHashSet();

    /// <summary>Those of a vocabulary.</summary>
    public static JoiningWords Of(DebertaTokenizer tokenizer) => new(MicroGlueData.JoiningWords
        .Select(word => (Word: word, Ids: tokenizer.Encode(word).ToArray()))
        .Where(entry => entry.Ids.Length == 1)
        .ToDictionary(entry => entry.Word, entry => entry.Ids[0]));

    /// <summary>The id of the word that joins two sentences, and the sentences without it; null and the same where none does.</summary>
    public (int? Id, IReadOnlyList<string> Sentences) TakeOut(IReadOnlyList<string> paragraph)
    {
        if (paragraph is not [var first, var second] || second.Split(' ', 2) is not [var word, var rest] || !ids.TryGetValue(word, out var id))
        {
            return (null, paragraph);
        }

        return (id, [first, char.ToUpperInvariant(rest[0]) + rest[1..]]);
    }
}
