using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers.SentencePiece;

namespace Microsoft.ML.Tokenizers;

/// <summary>A tokenizer over a SentencePiece model file.</summary>
public class SentencePieceTokenizer
{
    private readonly ModelProto _proto;
    private readonly UnigramModel _model;
    private readonly TextNormalizer _normalizer;
    private readonly int[] _byteIds;
    private readonly IReadOnlyDictionary<string, int>? _specialTokens;
    private readonly Regex? _specialPattern;

    private SentencePieceTokenizer(ModelProto proto, IReadOnlyDictionary<string, int>? specialTokens)
    {
        if (proto.ModelType != ModelProto.Unigram)
        {
            var name = proto.ModelType switch { 2 => "Bpe", 3 => "Word", 4 => "Char", _ => proto.ModelType.ToString() };
            throw new NotSupportedException($"The model type '{name}' is not supported.");
        }

        _proto = proto;
        _model = new UnigramModel(proto);
        _normalizer = new TextNormalizer(proto);
        _byteIds = [.. proto.Pieces.Index().Where(p => p.Item.Type == PieceType.Byte).Select(p => p.Index)];
        if (proto.ByteFallback && _byteIds.Length != 256)
        {
            throw new ArgumentException($"Byte fallback needs 256 byte pieces, the vocabulary has {_byteIds.Length}.");
        }

        _specialTokens = specialTokens;
        _specialPattern = specialTokens is not { Count: > 0 }
            ? null
            : new Regex(string.Join('|', specialTokens.Keys.Select(Regex.Escape)));
    }

    /// <summary>The marks of sentences are the defaults of overloads that are not here.</summary>
    public static SentencePieceTokenizer Create(
        Stream modelStream,
        bool addBeginningOfSentence = true,
        bool addEndOfSentence = false,
        IReadOnlyDictionary<string, int>? specialTokens = null)
    {
        using var memory = new MemoryStream();
        modelStream.CopyTo(memory);
        var proto = ModelProto.Parse(memory.GetBuffer().AsSpan(0, (int)memory.Length));
        return new SentencePieceTokenizer(proto, specialTokens);
    }

    public IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text,
        bool addBeginningOfSentence,
        bool addEndOfSentence,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        var ids = new List<int>();
        if (text.IsEmpty)
        {
            return ids;
        }

        if (addBeginningOfSentence)
        {
            ids.Add(_proto.BeginningOfSentenceId);
        }

        foreach (var part in Split(text))
        {
            if (_specialTokens is not null && _specialTokens.TryGetValue(part, out var specialId))
            {
                ids.Add(specialId);
                continue;
            }

            var bytes = Normalize(part, considerNormalization);
            foreach (var segment in _model.Segment(bytes))
            {
                if (FallsBack(segment))
                {
                    ids.AddRange(bytes[segment.Start..segment.End].Select(b => _byteIds[b]));
                }
                else
                {
                    ids.Add(segment.Id);
                }
            }
        }

        if (addEndOfSentence)
        {
            ids.Add(_proto.EndOfSentenceId);
        }

        return ids;
    }

    private bool FallsBack(Segment segment) => segment.Id == _proto.UnknownId && _proto.ByteFallback;

    private byte[] Normalize(string text, bool considerNormalization)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return considerNormalization ? _normalizer.Normalize(bytes) : bytes;
    }

    /// <summary>The text cut at its special tokens, which are parts of their own.</summary>
    private List<string> Split(ReadOnlySpan<char> text)
    {
        if (_specialPattern is null)
        {
            return [text.ToString()];
        }

        var parts = new List<string>();
        var done = 0;
        foreach (var match in _specialPattern.EnumerateMatches(text))
        {
            if (match.Index > done)
            {
                parts.Add(text[done..match.Index].ToString());
            }

            parts.Add(text.Slice(match.Index, match.Length).ToString());
            done = match.Index + match.Length;
        }

        if (done < text.Length)
        {
            parts.Add(text[done..].ToString());
        }

        return parts;
    }
}
