using System.Text;
using ModelZoo.Tokenizers;
using Xunit.Abstractions;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>Mutated vocab.txt: refused by the file's name, or the ids are those of a second reading.</summary>
public sealed class VocabularyMutationTests(ITestOutputHelper output) : IDisposable
{
    private const int Seed = 17_003;
    private const string Vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\nun\n##able\n##s\na\n##a\n##ab\nb\n##b\ncat\n中\n$\n";

    // Words in lower case between single spaces.
    private static readonly string[] Texts = ["the cats unable", "aab abb b", "x 中 $", "the ab cat 0 true unables", ""];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mutated_vocabularies_are_refused_or_read_right() => Check(300);

    [Fact]
    [Trait("Category", "Slow")]
    public void Many_mutated_vocabularies_are_refused_or_read_right() => Check(10_000);

    private void Check(int count)
    {
        var path = _folder.File(WordPieceTokenizer.FileName);
        MutatedInputs.Check("vocabulary", count, Seed, Case, output.WriteLine);

        MutatedCase Case(Random random)
        {
            var bytes = Mutate.Table(Encoding.UTF8.GetBytes(Vocabulary), '\n', random);
            File.WriteAllBytes(path, bytes);
            return new MutatedCase(Convert.ToBase64String(bytes), [path], () => IsRight(path, bytes));
        }
    }

    private static bool IsRight(string path, byte[] bytes)
    {
        var tokenizer = WordPieceTokenizer.Load(path);
        var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
        var tokens = text.Replace("\r\n", "\n").TrimEnd('\n').Split('\n');
        return tokens.Distinct().Count() == tokens.Length && !tokens.Contains("")
            && Special(tokenizer).All(token => Array.IndexOf(tokens, token.Text) == token.Id)
            && Texts.All(input => tokenizer.Encode(input).SequenceEqual(Ids(tokens, input)));
    }

    private static (string Text, int Id)[] Special(WordPieceTokenizer tokenizer) =>
    [
        ("[PAD]", tokenizer.PadTokenId), ("[UNK]", tokenizer.UnknownTokenId), ("[CLS]", tokenizer.ClassificationTokenId),
        ("[SEP]", tokenizer.SeparatorTokenId), ("[MASK]", tokenizer.MaskTokenId),
    ];

    /// <summary>The longest token first, word by word.</summary>
    private static IEnumerable<int> Ids(string[] tokens, string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(word =>
        {
            var ids = new List<int>();
            for (var start = 0; start < word.Length;)
            {
                var length = Enumerable.Range(1, word.Length - start).Reverse()
                    .FirstOrDefault(length => tokens.Contains((start > 0 ? "##" : "") + word.Substring(start, length)));
                if (length == 0)
                {
                    return [Array.IndexOf(tokens, "[UNK]")];
                }

                ids.Add(Array.IndexOf(tokens, (start > 0 ? "##" : "") + word.Substring(start, length)));
                start += length;
            }

            return ids;
        });
}
