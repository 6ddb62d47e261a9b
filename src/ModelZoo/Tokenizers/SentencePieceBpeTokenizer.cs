using System.Globalization;
using System.Text;

namespace ModelZoo.Tokenizers;

/// <summary>
/// The tokenizer of Llama 2 and Mistral v0.1 as transformers runs it: LlamaTokenizerFast, SentencePiece BPE with byte fallback.
/// </summary>
/// <remarks>
/// Spaces become U+2581, one more is put in front of every text and of what follows a special token. Characters outside the vocabulary
/// become the tokens of their UTF-8 bytes, or the unknown token where the vocabulary has none for bytes.
/// <para>
/// SentencePieceTokenizer of Microsoft.ML.Tokenizers 2.0.1 is not used: of equal merges it takes one on the right first, so that repeated
/// characters are divided otherwise (of real text 14 chunks of 500 strings in 101 differ with Mistral's vocabulary), and it takes
/// control tokens in a text for text. Its BpeTokenizer knows no byte fallback. PackageBpeTests shows these differences.
/// </para>
/// </remarks>
public sealed class SentencePieceBpeTokenizer : TextTokenizer
{
    /// <summary>The SentencePiece model's file name.</summary>
    public const string FileName = "tokenizer.model";

    private const char Space = '\u2581';
    private const int Bytes = 256;
    private const string Replacement = "\uFFFD";

    private readonly IReadOnlyList<string> _tokens;
    private readonly PairMerges _merges;
    private readonly SpecialTokenFinder _normalizedTokens;
    private readonly Dictionary<Rune, int> _characters = [];
    private readonly int[]? _bytes;
    private readonly Dictionary<int, byte> _byteOf = [];
    private readonly int _unknown;

    private SentencePieceBpeTokenizer(
        string path, BpeVocabulary vocabulary, int unknown, TextTokenizerSettings settings)
        : base(path, vocabulary.Tokens.Count, SpecialTokenFinder.Of(vocabulary.AddedTokens.Where(token => !token.IsNormalized)), settings)
    {
        // Tokens that are looked for in normalised text are normalised themselves, and decoded so (tokenizers 0.23).
        var normalized = vocabulary.AddedTokens.Where(token => token.IsNormalized)
            .Select(token => token with { Text = Normalize(token.Text) }).ToList();
        var texts = vocabulary.Tokens.ToArray();
        normalized.ForEach(token => texts[token.Id] = token.Text);
        _normalizedTokens = SpecialTokenFinder.Of(normalized);
        _tokens = texts;
        _merges = new PairMerges(vocabulary.Merges);
        _unknown = unknown;
        foreach (var (id, text) in vocabulary.Tokens.Index())
        {
            if (Rune.TryGetRuneAt(text, 0, out var character) && character.Utf16SequenceLength == text.Length)
            {
                _characters.Add(character, id);
            }
        }

        int[] bytes = [.. Enumerable.Range(0, Bytes).Select(value => vocabulary.Ids.GetValueOrDefault(ByteName(value), -1))];
        if (bytes.Contains(-1) && bytes.Any(id => id >= 0))
        {
            var missing = ByteName(Array.IndexOf(bytes, -1));
            throw new InvalidDataException(
                $"{path}: found tokens for {bytes.Count(id => id >= 0)} bytes ('{missing}' is missing), expected all {Bytes} or none.");
        }

        if (!bytes.Contains(-1))
        {
            _bytes = bytes;
            _byteOf = bytes.Index().ToDictionary(item => item.Item, item => (byte)item.Index);
        }
    }

    /// <summary>Reads tokenizer.model of Llama 2 or Mistral v0.1.</summary>
    /// <remarks>
    /// tokenizer_config.json, special_tokens_map.json and added_tokens.json beside it are held against it. tokenizer.json is not read.
    /// </remarks>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is corrupt, truncated or another kind of model, or a setting beside it asks for other ids.
    /// </exception>
    public static SentencePieceBpeTokenizer Load(string modelPath)
    {
        if (!File.Exists(modelPath))
        {
            var found = TokenizerSettings.HasTokenizerJson(modelPath)
                ? $"{TokenizerSettings.TokenizerJson} beside it, which does not replace it"
                : "no file";
            throw new FileNotFoundException(
                $"{modelPath}: found {found}, expected the SentencePiece model ({FileName}) from the model's original repository.",
                modelPath);
        }

        var (model, vocabulary) = TokenizerFile.Named(modelPath, () =>
        {
            var model = SentencePieceModel.Parse(File.ReadAllBytes(modelPath));
            return (model, SentencePieceBpe.Vocabulary(model));
        });
        var settings = TextTokenizerSettings.Read(
            modelPath, vocabulary.AddedTokens.ToDictionary(token => token.Text, token => token.Id),
            new TextTokenizerDefaults(
                model.Trainer.BosId, model.Trainer.EosId, CleansUpSpaces: false, AddsPrefixSpace: true, IsConverted: true));
        return new SentencePieceBpeTokenizer(modelPath, vocabulary, model.Trainer.UnknownId, settings);
    }

    /// <summary>Reads tokenizer.json of this kind.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or has a part that would give other ids.</exception>
    internal static SentencePieceBpeTokenizer Read(BpeJson file)
    {
        file.Require("normalizer", Normalizer());
        file.Require("pre_tokenizer", null);
        file.Require("decoder", Decoder());
        file.RequireModel("fuse_unk", true);
        file.RequireModel("ignore_merges", false);
        var settings = TextTokenizerSettings.Read(
            file.Path, file.SpecialTokens, new TextTokenizerDefaults(file.Bos, Eos: null, CleansUpSpaces: false, AddsPrefixSpace: true));
        return new SentencePieceBpeTokenizer(file.Path, file.Vocabulary, file.UnknownToken(), settings);
    }

    private protected override void AppendText(List<int> ids, string text, bool recognizeSpecialTokens)
    {
        Append(ids, Normalize(text), recognizeSpecialTokens ? _normalizedTokens : SpecialTokenFinder.None, AppendNormalized);

        void AppendNormalized(string segment) => _merges.Apply(Symbols(segment), ids);
    }

    private protected override string DecodeText(ReadOnlySpan<int> ids)
    {
        var (text, bytes) = (new StringBuilder(), new List<byte>());
        foreach (var id in ids)
        {
            if (_byteOf.TryGetValue(id, out var value))
            {
                bytes.Add(value);
                continue;
            }

            Flush(bytes, text);
            text.Append(_tokens[id].Replace(Space, ' '));
        }

        Flush(bytes, text);
        return text.Length > 0 && text[0] == ' ' ? text.ToString(1, text.Length - 1) : text.ToString();
    }

    private static string Normalize(string text) => Space + text.Replace(' ', Space);

    private static string ByteName(int value) => string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>");

    private List<int> Symbols(string text)
    {
        var symbols = new List<int>(text.Length);
        Span<byte> utf8 = stackalloc byte[4];
        var afterUnknown = false;
        foreach (var character in text.EnumerateRunes())
        {
            var isUnknown = !_characters.TryGetValue(character, out var id);
            if (!isUnknown)
            {
                symbols.Add(id);
            }
            else if (_bytes is not null)
            {
                foreach (var value in utf8[..character.EncodeToUtf8(utf8)])
                {
                    symbols.Add(_bytes[value]);
                }
            }
            else if (!afterUnknown)
            {
                symbols.Add(_unknown);
            }

            afterUnknown = isUnknown;
        }

        return symbols;
    }

    private static void Flush(List<byte> bytes, StringBuilder text)
    {
        byte[] run = [.. bytes];
        if (System.Text.Unicode.Utf8.IsValid(run))
        {
            text.Append(Encoding.UTF8.GetString(run));
        }
        else
        {
            text.Insert(text.Length, Replacement, run.Length);
        }

        bytes.Clear();
    }

    private static object Normalizer() => new
    {
        type = "Sequence",
        normalizers = (object[])
        [
            new { type = "Prepend", prepend = $"{Space}" }, new { type = "Replace", pattern = new { String = " " }, content = $"{Space}" },
        ],
    };

    private static object Decoder() => new
    {
        type = "Sequence",
        decoders = (object[])
        [
            new { type = "Replace", pattern = new { String = $"{Space}" }, content = " " }, new { type = "ByteFallback" },
            new { type = "Fuse" }, new { type = "Strip", content = " ", start = 1, stop = 0 },
        ],
    };
}
