using System.Buffers.Binary;
using System.Text;

namespace ModelZoo.Tokenizers;

/// <summary>Walks over the fields of one protobuf message, never past its end.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;
    private ulong _number;
    private ReadOnlySpan<byte> _bytes;
    private WireType _type;

    private enum WireType
    {
        Number = 0,
        Fixed64 = 1,
        Bytes = 2,
        Fixed32 = 5,
    }

    /// <summary>The number of the field that <see cref="Read"/> has found.</summary>
    public int Field { get; private set; }

    /// <summary>The field's value as an integer.</summary>
    public readonly int Integer => (int)Expect(WireType.Number)._number;

    /// <summary>The field's value as a 32-bit float.</summary>
    public readonly float Single => BinaryPrimitives.ReadSingleLittleEndian(Expect(WireType.Fixed32)._bytes);

    /// <summary>The field's bytes.</summary>
    public readonly ReadOnlySpan<byte> Bytes => Expect(WireType.Bytes)._bytes;

    /// <summary>The field's text.</summary>
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
                throw new InvalidDataException($"field {Field} is not UTF-8 text", e);
            }
        }
    }

    /// <summary>Goes to the next field; false at the end of the message.</summary>
    /// <exception cref="InvalidDataException">The bytes are no protobuf message, or end inside a field.</exception>
    public bool Read()
    {
        if (_position == _message.Length)
        {
            return false;
        }

        var key = ReadNumber();
        Field = (int)(key >> 3);
        _type = (WireType)(key & 7);
        switch (_type)
        {
            case WireType.Number: _number = ReadNumber(); break;
            case WireType.Fixed64: Take(8); break;
            case WireType.Bytes: Take(ReadNumber()); break;
            case WireType.Fixed32: Take(4); break;
            default: throw new InvalidDataException($"field {Field} has the unknown wire type {(int)_type}");
        }

        return true;
    }

    private readonly ProtobufReader Expect(WireType type) => _type == type
        ? this
        : throw new InvalidDataException($"field {Field} has wire type {_type}, expected {type}");

    private ulong ReadNumber()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_position == _message.Length)
            {
                throw new InvalidDataException("the data ends inside a number");
            }

            var next = _message[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number has more than 64 bits");
    }

    private void Take(ulong length)
    {
        var left = _message.Length - _position;
        if (length > (ulong)left)
        {
            throw new InvalidDataException($"field {Field} has {length} bytes, but only {left} are left");
        }

        _bytes = _message.Slice(_position, (int)length);
        _position += (int)length;
    }
}
