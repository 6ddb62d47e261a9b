using System.Buffers;
using System.Text;

namespace Microsoft.ML.Tokenizers.SentencePiece;

/// <summary>SentencePiece's normalisation: the precompiled map, extra white space, the dummy prefix, spaces to U+2581.</summary>
internal sealed class TextNormalizer(ModelProto model)
{
    private static ReadOnlySpan<byte> EscapedSpace => "\u2581"u8;

    private readonly CharacterMap? _map =
        model.PrecompiledCharsmap.Length == 0 ? null : new CharacterMap(model.PrecompiledCharsmap);

    private readonly bool _removeExtra = model.RemoveExtraWhitespaces;
    private readonly bool _escape = model.EscapeWhitespaces;
    private readonly bool _prefix = model.AddDummyPrefix && !model.TreatWhitespaceAsSuffix;
    private readonly bool _suffix = model.AddDummyPrefix && model.TreatWhitespaceAsSuffix;

    /// <summary>The normalised UTF-8 text.</summary>
    public byte[] Normalize(ReadOnlySpan<byte> text)
    {
        if (_removeExtra)
        {
            while (!text.IsEmpty && NextPart(text, out var part) is var length && part is [(byte)' '])
            {
                text = text[length..];
            }
        }

        if (text.IsEmpty)
        {
            return [];
        }

        var output = new ArrayBufferWriter<byte>(text.Length + 8);
        if (_prefix)
        {
            output.Write(Space);
        }

        var afterSpace = _removeExtra;
        while (!text.IsEmpty)
        {
            var length = NextPart(text, out var part);
            part = afterSpace ? part.TrimStart((byte)' ') : part;
            if (!part.IsEmpty)
            {
                Append(output, part);
                afterSpace = _removeExtra && part[^1] == ' ';
            }

            text = text[length..];
        }

        var written = output.WrittenSpan;
        while (_removeExtra && written.EndsWith(Space))
        {
            written = written[..^Space.Length];
        }

        return _suffix ? [.. written, .. Space] : written.ToArray();
    }

    private ReadOnlySpan<byte> Space => _escape ? EscapedSpace : " "u8;

    private void Append(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> part)
    {
        foreach (var next in part)
        {
            if (next == ' ')
            {
                output.Write(Space);
            }
            else
            {
                output.Write([next]);
            }
        }
    }

    /// <summary>The length of what is read next (the map's longest key, else one character) and what it becomes.</summary>
    private int NextPart(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> part)
    {
        part = default;
        var length = _map is null ? 0 : _map.LongestMatch(text, out part);
        if (length > 0)
        {
            return length;
        }

        if (Rune.DecodeFromUtf8(text, out _, out length) != OperationStatus.Done)
        {
            part = "\uFFFD"u8;
            return 1;
        }

        part = text[..length];
        return length;
    }
}
