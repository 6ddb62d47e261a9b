using static TorchSharp.torch;

namespace ModelZoo.Checkpoints;

/// <summary>An element type of GGUF tensors that is read.</summary>
/// <param name="Id">Its number in a file.</param>
/// <param name="Name">ggml's name.</param>
/// <param name="BlockElements">The number of elements that share a block, consecutive in a row; 1 where each stands alone.</param>
/// <param name="BlockBytes">The bytes of a block.</param>
/// <param name="Dtype">The type of the tensor that is made of it: blocks are dequantised in float32.</param>
internal sealed record GgufType(uint Id, string Name, int BlockElements, int BlockBytes, ScalarType Dtype)
{
    public static readonly GgufType Q4_0 = new(2, "Q4_0", 32, 18, ScalarType.Float32);
    public static readonly GgufType Q4_1 = new(3, "Q4_1", 32, 20, ScalarType.Float32);
    public static readonly GgufType Q8_0 = new(8, "Q8_0", 32, 34, ScalarType.Float32);

    private static readonly GgufType[] Read =
    [
        new(0, "F32", 1, 4, ScalarType.Float32),
        new(1, "F16", 1, 2, ScalarType.Float16),
        new(30, "BF16", 1, 2, ScalarType.BFloat16),
        Q8_0,
        Q4_0,
        Q4_1,
    ];

    // For messages.
    private static readonly Dictionary<uint, string> Others = new()
    {
        [6] = "Q5_0", [7] = "Q5_1", [9] = "Q8_1", [10] = "Q2_K", [11] = "Q3_K", [12] = "Q4_K", [13] = "Q5_K", [14] = "Q6_K", [15] = "Q8_K",
        [16] = "IQ2_XXS", [17] = "IQ2_XS", [18] = "IQ3_XXS", [19] = "IQ1_S", [20] = "IQ4_NL", [21] = "IQ3_S", [22] = "IQ2_S",
        [23] = "IQ4_XS", [24] = "I8", [25] = "I16", [26] = "I32", [27] = "I64", [28] = "F64", [29] = "IQ1_M",
        [34] = "TQ1_0", [35] = "TQ2_0", [39] = "MXFP4",
    };

    /// <summary>Whether values are stored in blocks.</summary>
    public bool IsQuantised => BlockElements > 1;

    /// <summary>The names of all types that are read, for messages.</summary>
    public static string AllNames => string.Join(", ", Read.Select(type => type.Name));

    /// <summary>The type of that number, or null where it is not read.</summary>
    public static GgufType? Find(uint id) => Array.Find(Read, type => type.Id == id);

    /// <summary>A type's number with its name, where it is known.</summary>
    public static string Describe(uint id) => Others.TryGetValue(id, out var name) ? $"{id} ({name})" : $"{id}";
}
