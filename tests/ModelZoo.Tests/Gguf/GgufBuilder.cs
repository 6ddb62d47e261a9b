using System.Text;

namespace SpectralExperiments.Tests.ModelZoo.Gguf;

/// <summary>Writes GGUF files from the format's description, legal or not.</summary>
internal sealed class GgufBuilder
{
    public uint Version { get; set; } = 3;

    /// <summary>The alignment of the data; whether the metadata state it is theirs to say.</summary>
    public int Alignment { get; set; } = 32;

    /// <summary>Added to the number of tensors that the header states.</summary>
    public int ExtraTensors { get; set; }

    /// <summary>Added to the number of metadata that the header states.</summary>
    public int ExtraPairs { get; set; }

    /// <summary>Keys, numbers of types and bytes of values.</summary>
    public List<(string Key, uint Type, byte[] Value)> Metadata { get; } = [];

    public List<GgufTensor> Tensors { get; } = [];

    /// <summary>Sets a value of the metadata; a null removes it.</summary>
    public GgufBuilder With(string key, object? value)
    {
        Metadata.RemoveAll(pair => pair.Key == key);
        if (value is not null)
        {
            var (type, bytes) = Value(value);
            Metadata.Add((key, type, bytes));
        }

        return this;
    }

    /// <summary>Replaces a tensor.</summary>
    public GgufBuilder Change(string name, Func<GgufTensor, GgufTensor> change)
    {
        var index = Tensors.FindIndex(tensor => tensor.Name == name);
        Tensors[index] = change(Tensors[index]);
        return this;
    }

    /// <summary>The header alone, and the whole file.</summary>
    public (int HeaderLength, byte[] File) Build()
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write((ulong)(Tensors.Count + ExtraTensors));
        writer.Write((ulong)(Metadata.Count + ExtraPairs));
        foreach (var (key, type, value) in Metadata)
        {
            writer.Write(Text(key));
            writer.Write(type);
            writer.Write(value);
        }

        long offset = 0;
        foreach (var tensor in Tensors)
        {
            writer.Write(Text(tensor.Name));
            writer.Write((uint)tensor.Sizes.Length);
            tensor.Sizes.ToList().ForEach(writer.Write);
            writer.Write(tensor.Type);
            writer.Write(tensor.Offset ?? (ulong)offset);
            offset += Padded(tensor.Data.Length);
        }

        var headerLength = (int)memory.Length;
        writer.Write(new byte[Padded(memory.Length) - memory.Length]);
        foreach (var tensor in Tensors)
        {
            writer.Write(tensor.Data);
            writer.Write(new byte[Padded(tensor.Data.Length) - tensor.Data.Length]);
        }

        return (headerLength, memory.ToArray());
    }

    public void Write(string path) => File.WriteAllBytes(path, Build().File);

    private static (uint Type, byte[] Bytes) Value(object value) => value switch
    {
        uint number => (4, BitConverter.GetBytes(number)),
        int number => (5, BitConverter.GetBytes(number)),
        float number => (6, BitConverter.GetBytes(number)),
        bool truth => (7, [truth ? (byte)1 : (byte)0]),
        string text => (8, Text(text)),
        string[] texts => (9, [.. BitConverter.GetBytes(8u), .. BitConverter.GetBytes((ulong)texts.Length), .. texts.SelectMany(Text)]),
        int[] numbers =>
            (9, [.. BitConverter.GetBytes(5u), .. BitConverter.GetBytes((ulong)numbers.Length),
                .. numbers.SelectMany(BitConverter.GetBytes)]),
        ulong number => (10, BitConverter.GetBytes(number)),
        double number => (12, BitConverter.GetBytes(number)),
        _ => throw new ArgumentException($"{value.GetType()}"),
    };

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. BitConverter.GetBytes((ulong)bytes.Length), .. bytes];
    }

    private long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;
}
