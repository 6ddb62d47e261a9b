using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Mutations;

/// <summary>A second reading of safetensors, from the format's description and without the library's reader.</summary>
/// <param name="Tensors">Type, shape and bytes by name.</param>
internal sealed record SafetensorsOracle(IReadOnlyDictionary<string, (string Dtype, long[] Shape, byte[] Data)> Tensors)
{
    private static readonly Dictionary<string, (ScalarType Type, int Size)> Types = new()
    {
        ["BOOL"] = (ScalarType.Bool, 1), ["U8"] = (ScalarType.Byte, 1), ["I8"] = (ScalarType.Int8, 1), ["I16"] = (ScalarType.Int16, 2),
        ["F16"] = (ScalarType.Float16, 2), ["BF16"] = (ScalarType.BFloat16, 2), ["I32"] = (ScalarType.Int32, 4),
        ["F32"] = (ScalarType.Float32, 4), ["F64"] = (ScalarType.Float64, 8), ["I64"] = (ScalarType.Int64, 8),
    };

    /// <summary>The content of a file, or null where it breaks the format.</summary>
    public static SafetensorsOracle? Read(byte[] file)
    {
        try
        {
            var length = (int)checked((long)BitConverter.ToUInt64(file));
            // Text that is not UTF-8 throws.
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(file, 8, length);
            var header = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!.AsObject();
            var data = file[(8 + length)..];
            var tensors = new Dictionary<string, (string, long[], byte[])>();
            var end = 0L;
            foreach (var (name, node) in header.Where(pair => pair.Key != "__metadata__")
                .OrderBy(pair => Long(pair.Value!["data_offsets"]![0])).ThenBy(pair => Long(pair.Value!["data_offsets"]![1])))
            {
                var dtype = node!["dtype"]!.GetValue<string>();
                var shape = node["shape"]!.AsArray().Select(Long).ToArray();
                var offsets = node["data_offsets"]!.AsArray().Select(Long).ToArray();
                var bytes = Types.TryGetValue(dtype, out var type)
                    ? shape.Aggregate(type.Size, (System.Int128 product, long size) => product * size) : offsets[1] - offsets[0];
                if (offsets.Length != 2 || offsets[0] != end || offsets[1] - offsets[0] != bytes || shape.Any(size => size < 0))
                {
                    return null;
                }

                end = offsets[1];
                tensors.Add(name, (dtype, shape, data[(int)offsets[0]..(int)offsets[1]]));
            }

            return end == data.Length ? new SafetensorsOracle(tensors) : null;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or JsonException or OverflowException
            or NullReferenceException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>The element type of a tensor, or null where PyTorch has none.</summary>
    public ScalarType? Type(string name) => Types.TryGetValue(Tensors[name].Dtype, out var type) ? type.Type : null;

    /// <summary>The values of a float32 tensor in float64.</summary>
    public Tensor Values(string name)
    {
        var (dtype, shape, data) = Tensors[name];
        Assert.Equal("F32", dtype);
        var values = new double[data.Length / sizeof(float)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BitConverter.ToSingle(data, i * sizeof(float));
        }

        return tensor(values, dtype: ScalarType.Float64).reshape(shape);
    }

    /// <summary>As above, null where the file has no such tensor.</summary>
    public Tensor? ValuesOrNull(string name) => Tensors.ContainsKey(name) ? Values(name) : null;

    private static long Long(JsonNode? node) => node!.GetValue<long>();
}
