using static TorchSharp.torch;

namespace SpectralAdapters.Files;

/// <summary>The element types of the safetensors format that PyTorch has too.</summary>
internal static class SafetensorsDtype
{
    // In the order of the reference library's enumeration: it writes tensors by descending position here, so that
    // every tensor starts at a multiple of its element size.
    private static readonly (string Name, ScalarType Type, int Size)[] Types =
    [
        ("BOOL", ScalarType.Bool, 1),
        ("U8", ScalarType.Byte, 1),
        ("I8", ScalarType.Int8, 1),
        ("I16", ScalarType.Int16, 2),
        ("F16", ScalarType.Float16, 2),
        ("BF16", ScalarType.BFloat16, 2),
        ("I32", ScalarType.Int32, 4),
        ("F32", ScalarType.Float32, 4),
        ("F64", ScalarType.Float64, 8),
        ("I64", ScalarType.Int64, 8),
    ];

    /// <summary>The names of all element types, for messages.</summary>
    public static string AllNames => string.Join(", ", Types.Select(type => type.Name));

    /// <summary>The position of a type in the reference library's enumeration, or -1 where the format has no such type.</summary>
    public static int Order(ScalarType type) => Array.FindIndex(Types, entry => entry.Type == type);

    /// <summary>The format's name of a type that <see cref="Order"/> knows.</summary>
    public static string Name(ScalarType type) => Types[Order(type)].Name;

    /// <summary>Bytes per element of a type that <see cref="Order"/> knows.</summary>
    public static int Size(ScalarType type) => Types[Order(type)].Size;

    /// <summary>The type of that name, or null where it is unknown.</summary>
    public static ScalarType? Parse(string name)
    {
        var index = Array.FindIndex(Types, entry => entry.Name == name);
        return index < 0 ? null : Types[index].Type;
    }
}
