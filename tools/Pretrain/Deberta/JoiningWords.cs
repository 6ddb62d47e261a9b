using ModelZoo.Tokenizers;
using Tasks.MicroGlue;

namespace Pretrain.Deberta;

/// <summary>The words that join sentences in the generated text, those that are one piece of the vocabulary.</summary>
internal sealed class JoiningWords
{
    private readonly Dictionary<string, int> _ids;

    private JoiningWords(Dictionary<string, int> ids) => _ids = ids;

    /// <summary>Their ids.</summary>
    public IReadOnlySet<int> Ids => _ids.Values.ToHashSet();

    /// <summary>The joining words of a vocabulary.</summary>
    public static JoiningWords Of(DebertaTokenizer tokenizer) => new(MicroGlueData.JoiningWords
        .Select(word => (Word: word, Ids: tokenizer.Encode(word).ToArray()))
        .Where(entry => entry.Ids.Length == 1)
        .ToDictionary(entry => entry.Word, entry => entry.Ids[0]));

    /// <summary>
    /// The id of the word that joins two sentences, and the sentences without it; null and the unchanged paragraph if there is none.
    /// </summary>
    public (int? Id, IReadOnlyList<string> Sentences) TakeOut(IReadOnlyList<string> paragraph)
    {
        if (paragraph is not [var first, var second] || second.Split(' ', 2) is not [var word, var rest]
            || !_ids.TryGetValue(word, out var id))
        {
            return (null, paragraph);
        }

        return (id, [first, char.ToUpperInvariant(rest[0]) + rest[1..]]);
    }
}
