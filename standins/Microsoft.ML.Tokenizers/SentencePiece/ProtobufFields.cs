using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.Tokenizers.SentencePiece;

/// <summary>Walks over the fields of one protobuf message.</summary>
internal ref struct ProtobufFields(ReadOnlySpan<byte> message)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;
    private ulong _value;
    private ReadOnlySpan<byte> _bytes;
    private int _wireType;

    public int Number { get; private set; }

    public readonly int Int32 => _wireType == 0 ? (int)_value : throw WrongType("a number");

    public readonly float Single =>
        _wireType == 5 ? BinaryPrimitives.ReadSingleLittleEndian(_bytes) : throw WrongType("a float");

    public readonly ReadOnlySpan<byte> Bytes => _wireType == 2 ? _bytes : throw WrongType("bytes");

    public readonly string Text
    {
        get
        {
            try
            {
                return StrictUtf8.GetString(Bytes);
            }
            catch (DecoderFallbackException e)
            {
                throw new IOException($"Not a SentencePiece model: field {Number} holds invalid UTF-8.", e);
            }
        }
    }

    public bool MoveNext()
    {
        if (_position >= _message.Length)
        {
            return false;
        }

        var key = ReadVarint();
        Number = (int)(key >> 3);
        _wireType = (int)(key & 7);
        _value = 0;
        _bytes = default;
        switch (_wireType)
        {
            case 0: _value = ReadVarint(); break;
            case 1: _bytes = Take(8); break;
            case 2: _bytes = Take(ReadVarint()); break;
            case 5: _bytes = Take(4); break;
            default: throw new IOException($"Not a SentencePiece model: wire type {_wireType} at byte {_position}.");
        }

        return true;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_position >= _message.Length)
            {
                throw new IOException($"The SentencePiece model ends inside a number at byte {_position}.");
            }

            var next = _message[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new IOException($"Not a SentencePiece model: a number of more than 64 bits at byte {_position}.");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_message.Length - _position))
        {
            throw new IOException(
                $"The SentencePiece model ends too early: a field at byte {_position} has {length} bytes, "
                + $"{_message.Length - _position} are left.");
        }

        var bytes = _message.Slice(_position, (int)length);
        _position += (int)length;
        return bytes;
    }

    private readonly IOException WrongType(string expected) =>
        new($"Not a SentencePiece model: field {Number} has wire type {_wireType}, expected {expected}.");
}
