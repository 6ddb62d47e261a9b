using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ModelZoo.Tokenizers;

/// <summary>Writes the fields of one protobuf message.</summary>
internal sealed class ProtobufWriter
{
    private readonly ArrayBufferWriter<byte> _output = new();

    public ReadOnlySpan<byte> Written => _output.WrittenSpan;

    public void WriteInteger(int field, int value)
    {
        WriteKey(field, wireType: 0);
        WriteNumber((ulong)value);
    }

    public void WriteSingle(int field, float value)
    {
        WriteKey(field, wireType: 5);
        BinaryPrimitives.WriteSingleLittleEndian(_output.GetSpan(sizeof(float)), value);
        _output.Advance(sizeof(float));
    }

    public void WriteText(int field, string value) => WriteBytes(field, Encoding.UTF8.GetBytes(value));

    public void WriteBytes(int field, ReadOnlySpan<byte> value)
    {
        WriteKey(field, wireType: 2);
        WriteNumber((ulong)value.Length);
        _output.Write(value);
    }

    private void WriteKey(int field, int wireType) => WriteNumber((ulong)(field << 3 | wireType));

    private void WriteNumber(ulong value)
    {
        while (value >= 0x80)
        {
            _output.Write([(byte)(value | 0x80)]);
            value >>= 7;
        }

        _output.Write([(byte)value]);
    }
}
