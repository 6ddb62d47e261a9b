using System.Buffers.Binary;
using System.Text;

namespace ModelZoo.Checkpoints;

/// <summary>Reads the numbers and texts of a GGUF header in order, within the file.</summary>
internal sealed class GgufReader(Stream stream)
{
    // A chat template is the longest text of a header.
    private const ulong LongestText = 1 << 24;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes read so far.</summary>
    public long Position => stream.Position;

    /// <summary>The bytes of the file that follow.</summary>
    public long Remaining => stream.Length - stream.Position;

    public byte Byte(string what) => Bytes(1, what)[0];

    public ushort UInt16(string what) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(sizeof(ushort), what));

    public uint UInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(sizeof(uint), what));

    public ulong UInt64(string what) => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(sizeof(ulong), what));

    /// <summary>A text after its length in bytes.</summary>
    public string Text(string what)
    {
        var length = UInt64(what);
        if (length > LongestText)
        {
            throw new InvalidDataException($"{what}: found a text of {length} bytes, expected at most {LongestText}.");
        }

        var bytes = Bytes(length, what);
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException(
                $"{what}: found text that is not UTF-8 before byte {Position} of the file, expected UTF-8.", exception);
        }
    }

    /// <summary>Passes over items of a fixed size.</summary>
    public void Skip(ulong count, int size, string what)
    {
        Require(count, size, what);
        stream.Position += (long)count * size;
    }

    /// <summary>Checks that the file is long enough for items of at least a size.</summary>
    public void Require(ulong count, int size, string what)
    {
        if (count > (ulong)(Remaining / size))
        {
            throw new InvalidDataException(
                $"{what}: found {count} x {size} bytes claimed at byte {Position} of the file, expected at most the {Remaining} bytes that "
                    + "follow: truncated or damaged.");
        }
    }

    private byte[] Bytes(ulong count, string what)
    {
        Require(count, 1, what);
        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
