using System.Text;

namespace SpectralExperiments.Tests.ModelZoo.Gguf;

/// <summary>A second reading of GGUF, value by value from the format's description and without the project's reader.</summary>
/// <param name="Metadata">The values that are not arrays.</param>
/// <param name="Tensors">Sizes (rows first) and a function of the position that gives a value, by name.</param>
internal sealed record PlainGguf(
    IReadOnlyDictionary<string, object> Metadata, IReadOnlyDictionary<string, (long[] Shape, Func<long, float> Value)> Tensors)
{
    public static PlainGguf Read(byte[] file)
    {
        using var reader = new BinaryReader(new MemoryStream(file));
        reader.ReadBytes(8);
        var (tensorCount, pairCount) = (reader.ReadUInt64(), reader.ReadUInt64());
        var metadata = new Dictionary<string, object>();
        for (ulong k = 0; k < pairCount; k++)
        {
            var key = Text(reader);
            metadata.Add(key, Value(reader, reader.ReadUInt32()));
        }

        metadata = metadata.Where(pair => pair.Value is not object[]).ToDictionary();
        var places = new List<(string Name, long[] Shape, uint Type, long Offset)>();
        for (ulong k = 0; k < tensorCount; k++)
        {
            var name = Text(reader);
            var sizes = Enumerable.Range(0, (int)reader.ReadUInt32()).Select(_ => (long)reader.ReadUInt64()).Reverse().ToArray();
            places.Add((name, sizes, reader.ReadUInt32(), (long)reader.ReadUInt64()));
        }

        var alignment = metadata.TryGetValue("general.alignment", out var stated) ? Convert.ToInt64(stated) : 32;
        var start = (reader.BaseStream.Position + alignment - 1) / alignment * alignment;
        return new PlainGguf(metadata, places.ToDictionary(
            place => place.Name, place => (place.Shape, (Func<long, float>)(i => Element(file, start + place.Offset, place.Type, i)))));
    }

    private static float Element(byte[] file, long begin, uint type, long i)
    {
        var (block, j) = (i / 32, (int)(i % 32));
        return type switch
        {
            GgufTensor.F32 => BitConverter.ToSingle(file, (int)(begin + (4 * i))),
            GgufTensor.F16 => Half16(begin + (2 * i)),
            GgufTensor.BF16 => BitConverter.Int32BitsToSingle(BitConverter.ToUInt16(file, (int)(begin + (2 * i))) << 16),
            GgufTensor.Q8_0 => Half16(begin + (34 * block)) * unchecked((sbyte)file[begin + (34 * block) + 2 + j]),
            GgufTensor.Q4_0 => Half16(begin + (18 * block)) * (Nibble(begin + (18 * block) + 2) - 8),
            GgufTensor.Q4_1 => (Half16(begin + (20 * block)) * Nibble(begin + (20 * block) + 4)) + Half16(begin + (20 * block) + 2),
            _ => throw new InvalidOperationException($"type {type}"),
        };

        float Half16(long at) => (float)BitConverter.ToHalf(file, (int)at);

        int Nibble(long at) => j < 16 ? file[at + j] % 16 : file[at + j - 16] / 16;
    }

    private static string Text(BinaryReader reader) =>
        new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(reader.ReadBytes(checked((int)reader.ReadUInt64())));

    private static object Value(BinaryReader reader, uint type) => type switch
    {
        0 => reader.ReadByte(),
        1 => reader.ReadSByte(),
        2 => reader.ReadUInt16(),
        3 => reader.ReadInt16(),
        4 => reader.ReadUInt32(),
        5 => reader.ReadInt32(),
        6 => reader.ReadSingle(),
        7 => reader.ReadByte() == 1,
        8 => Text(reader),
        9 => Array(reader),
        10 => reader.ReadUInt64(),
        11 => reader.ReadInt64(),
        12 => reader.ReadDouble(),
        _ => throw new InvalidOperationException($"type {type}"),
    };

    // A text of an array is not part of the model, and need not be UTF-8.
    private static object[] Array(BinaryReader reader)
    {
        var (type, count) = (reader.ReadUInt32(), checked((int)reader.ReadUInt64()));
        return [.. Enumerable.Range(0, count).Select(_ =>
            type == 8 ? reader.ReadBytes(checked((int)reader.ReadUInt64())) : Value(reader, type))];
    }
}
