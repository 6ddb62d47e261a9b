using System.Text;
using Microsoft.ML.Tokenizers;
using Library = Microsoft.ML.Tokenizers.WordPieceTokenizer;

namespace ModelZoo.Tokenizers;

/// <summary>
/// The tokenizer of an uncased BERT as transformers runs it: BertTokenizerFast over the published vocab.txt.
/// </summary>
/// <remarks>
/// Each word is divided by the WordPieceTokenizer of Microsoft.ML.Tokenizers. What words are is decided here: its BertTokenizer drops
/// symbols such as $ and ` and makes words with accents [UNK], and its accent stripping needs ICU, which programs with
/// InvariantGlobalization have not.
/// </remarks>
public sealed class WordPieceTokenizer : SequenceTokenizer
{
    /// <summary>The vocabulary's file name.</summary>
    public const string FileName = "vocab.txt";

    /// <summary>The characters of the longest word that is divided; a longer one is [UNK].</summary>
    internal const int LongestWord = 100;

    private readonly Library _pieces;
    private readonly BertWords _words = new();

    private WordPieceTokenizer(string path, IReadOnlyDictionary<string, int> ids, Library pieces)
        : base(path, ids.Count, token => ids[token], ids[Mask]) => _pieces = pieces;

    /// <summary>Reads vocab.txt: a token a line, its id the number of the line from 0 on; lines end in LF or CRLF.</summary>
    /// <remarks>
    /// The files that transformers writes beside it (tokenizer_config.json, special_tokens_map.json, added_tokens.json, tokenizer.json) are
    /// held against it: none may ask for other ids.
    /// </remarks>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is no such list or lacks a special token, or a setting beside it asks for other ids.
    /// </exception>
    public static WordPieceTokenizer Load(string vocabularyPath)
    {
        if (!File.Exists(vocabularyPath))
        {
            var found = TokenizerSettings.HasTokenizerJson(vocabularyPath)
                ? $"{TokenizerSettings.TokenizerJson}, which does not replace it"
                : "no file";
            throw new FileNotFoundException($"{vocabularyPath}: found {found}, expected the {FileName} of BERT.", vocabularyPath);
        }

        var tokens = WordPieceVocabulary.Read(vocabularyPath);
        var ids = tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id, StringComparer.Ordinal);
        if (Array.Find([Pad, Classification, Separator, Unknown, Mask], token => !ids.ContainsKey(token)) is { } missing)
        {
            throw new InvalidDataException(
                $"{vocabularyPath}: found {ids.Count} tokens without {missing}, expected one that is {missing}.");
        }

        // A copy, as the library takes a file of its own reading: with LF, whatever the line ends of the file.
        using var copy = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', tokens)));
        var pieces = Library.Create(copy, new WordPieceOptions
        {
            // It counts UTF-16 units, of which a character has two at most.
            UnknownToken = Unknown, MaxInputCharsPerWord = 2 * LongestWord, PreTokenizer = null, Normalizer = null,
        });
        var tokenizer = new WordPieceTokenizer(vocabularyPath, ids, pieces);
        new WordPieceSettings(ids, tokenizer.SpecialTokens).Check(vocabularyPath);
        return tokenizer;
    }

    private protected override void AppendPlain(List<int> ids, ReadOnlySpan<char> text, int enough)
    {
        foreach (var word in _words.Of(text.ToString()))
        {
            if (ids.Count >= enough)
            {
                return;
            }

            if (word.Length > LongestWord && word.EnumerateRunes().Count() > LongestWord)
            {
                ids.Add(UnknownTokenId);
            }
            else
            {
                ids.AddRange(_pieces.EncodeToIds(word, considerPreTokenization: false, considerNormalization: false));
            }
        }
    }
}
