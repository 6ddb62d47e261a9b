using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers.SentencePiece;

namespace Microsoft.ML.Tokenizers;

/// <summary>A tokenizer over a SentencePiece model file.</summary>
public class SentencePieceTokenizer : Tokenizer
{
    private const char EscapedSpace = '\u2581';
    private readonly ModelProto _proto;
    private readonly UnigramModel _model;
    private readonly TextNormalizer _normalizer;
    private readonly int[] _byteIds;
    private readonly IReadOnlyDictionary<string, int>? _specialTokens;
    private readonly Dictionary<int, string> _specialTexts = [];
    private readonly Regex? _specialPattern;
    private readonly bool _addBeginning;
    private readonly bool _addEnd;

    private SentencePieceTokenizer(
        ModelProto proto, bool addBeginning, bool addEnd, IReadOnlyDictionary<string, int>? specialTokens)
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

        (_addBeginning, _addEnd, _specialTokens) = (addBeginning, addEnd, specialTokens);
        foreach (var (text, id) in specialTokens ?? new Dictionary<string, int>())
        {
            _specialTexts.Add(id, text);
        }

        _specialPattern = specialTokens is not { Count: > 0 }
            ? null
            : new Regex(string.Join('|', specialTokens.Keys.Select(Regex.Escape)));
        _specialTexts[proto.UnknownId] = proto.UnknownPiece;
        _specialTexts[proto.BeginningOfSentenceId] = proto.BeginningOfSentencePiece;
        _specialTexts[proto.EndOfSentenceId] = proto.EndOfSentencePiece;
    }

    public static SentencePieceTokenizer Create(
        Stream modelStream,
        bool addBeginningOfSentence = true,
        bool addEndOfSentence = false,
        IReadOnlyDictionary<string, int>? specialTokens = null)
    {
        using var memory = new MemoryStream();
        modelStream.CopyTo(memory);
        var proto = ModelProto.Parse(memory.GetBuffer().AsSpan(0, (int)memory.Length));
        return new SentencePieceTokenizer(proto, addBeginningOfSentence, addEndOfSentence, specialTokens);
    }

    protected override EncodeResults<int> EncodeToIds(
        string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var span = string.IsNullOrEmpty(text) ? textSpan : text;
        var ids = EncodeToIds(span, _addBeginning, _addEnd, settings.ConsiderPreTokenization, settings.ConsiderNormalization);
        return new EncodeResults<int> { Tokens = ids, CharsConsumed = span.Length };
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

    protected override EncodeResults<EncodedToken> EncodeToTokens(
        string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var span = string.IsNullOrEmpty(text) ? textSpan : text;
        var tokens = new List<EncodedToken>();
        var normalized = new StringBuilder();
        void Add(int id, string value, int length)
        {
            tokens.Add(new EncodedToken(id, value, normalized.Length..(normalized.Length + length)));
        }

        if (_addBeginning && !span.IsEmpty)
        {
            Add(_proto.BeginningOfSentenceId, _proto.BeginningOfSentencePiece, 0);
        }

        foreach (var part in Split(span))
        {
            if (_specialTokens is not null && _specialTokens.TryGetValue(part, out var specialId))
            {
                Add(specialId, part, part.Length);
                normalized.Append(part);
                continue;
            }

            var bytes = Normalize(part, settings.ConsiderNormalization);
            foreach (var segment in _model.Segment(bytes))
            {
                var value = Encoding.UTF8.GetString(bytes.AsSpan(segment.Start..segment.End));
                if (!FallsBack(segment))
                {
                    Add(segment.Id, value, value.Length);
                    normalized.Append(value);
                    continue;
                }

                // The first byte stands for the whole character, the others for nothing after it.
                var length = value.Length;
                foreach (var id in bytes[segment.Start..segment.End].Select(b => _byteIds[b]))
                {
                    Add(id, _proto.Pieces[id].Text, length);
                    normalized.Append(value, 0, length);
                    length = 0;
                }
            }
        }

        if (_addEnd && !span.IsEmpty)
        {
            Add(_proto.EndOfSentenceId, _proto.EndOfSentencePiece, 0);
        }

        return new EncodeResults<EncodedToken>
        {
            Tokens = tokens,
            NormalizedText = normalized.ToString(),
            CharsConsumed = normalized.Length,
        };
    }

    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        EncodeToIds(text, textSpan, settings).Tokens.Count;

    public override string Decode(IEnumerable<int> ids) => Decode(ids, considerSpecialTokens: false);

    public string Decode(IEnumerable<int> ids, bool considerSpecialTokens)
    {
        var text = new StringBuilder();
        var bytes = new List<byte>();
        void FlushBytes()
        {
            text.Append(Encoding.UTF8.GetString([.. bytes]));
            bytes.Clear();
        }

        var prefix = _proto.AddDummyPrefix && !_proto.TreatWhitespaceAsSuffix;
        foreach (var id in ids)
        {
            var special = _specialTexts.GetValueOrDefault(id);
            var piece = special is null && id >= 0 && id < _proto.Pieces.Count ? _proto.Pieces[id] : default;
            if (piece.Type == PieceType.Byte && _proto.ByteFallback)
            {
                bytes.Add((byte)_byteIds.IndexOf(id));
                continue;
            }

            FlushBytes();
            if (special is not null)
            {
                text.Append(considerSpecialTokens ? special : "");
            }
            else if (piece.Type is PieceType.Normal or PieceType.UserDefined or PieceType.Unused && piece.Text.Length > 0)
            {
                text.Append(prefix && piece.Text[0] == WhiteSpace ? piece.Text.AsSpan(1) : piece.Text);
                prefix = false;
            }
        }

        FlushBytes();
        if (_proto.AddDummyPrefix && _proto.TreatWhitespaceAsSuffix && text.Length > 0 && text[^1] == WhiteSpace)
        {
            text.Length--;
        }

        return (_proto.EscapeWhitespaces ? text.Replace(EscapedSpace, ' ') : text).ToString();
    }

    private char WhiteSpace => _proto.EscapeWhitespaces ? EscapedSpace : ' ';

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
