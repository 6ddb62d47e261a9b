using System.Text.Json;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace SpectralAdapters.Files;

/// <summary>Floating element types under PyTorch's names.</summary>
internal sealed class ScalarTypeConverter : JsonConverter<ScalarType>
{
    public override ScalarType Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() switch
        {
            "float64" => ScalarType.Float64,
            "float32" => ScalarType.Float32,
            "bfloat16" => ScalarType.BFloat16,
            "float16" => ScalarType.Float16,
            var other => throw new JsonException($"Unknown element type '{other}'; expected float64, float32, bfloat16 or float16."),
        };

    public override void Write(Utf8JsonWriter writer, ScalarType value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString().ToLowerInvariant());
}
