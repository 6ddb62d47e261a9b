using System.Numerics;
using System.Text.Json;
using static TorchSharp.torch;

namespace SpectralAdapters.Files;

/// <summary>What a JSON value must be, in JSON's terms and not in .NET's, for messages.</summary>
internal static class JsonTypeName
{
    /// <summary>The values that a .NET type is read from.</summary>
    public static string Of(Type type) => type switch
    {
        _ when Nullable.GetUnderlyingType(type) is { } underlying => Of(underlying),
        _ when type == typeof(ScalarType) => "one of float64, float32, bfloat16, float16",
        _ when type == typeof(TargetModules) => "a list of names or a regular expression",
        _ when type == typeof(ColumnSelection) => "a choice of columns: top:R, bottom:R, skip:K:R, block:I:R or list:C,C,..",
        _ when type == typeof(LayerIndices) => "an object with indices and patterns",
        _ when type == typeof(RankAllocation) => "an object with total_steps",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(string) => "a text",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(ulong) => "a whole number of at least 0",
        _ when IsWhole(type) => "a whole number",
        _ when type.IsEnum => $"one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}",
        _ when type.IsArray => $"a list of {Plural(Of(type.GetElementType()!))}",
        { IsGenericType: true } when type.GetGenericArguments() is [_, var value] => $"an object of {Plural(Of(value))}",
        { IsGenericType: true } when type.GetGenericArguments() is [var element] => $"a list of {Plural(Of(element))}",
        _ => "an object",
    };

    private static bool IsWhole(Type type) =>
        type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IBinaryInteger<>));

    private static string Plural(string name) => name switch
    {
        "a text" => "texts",
        "a number" => "numbers",
        "a whole number" => "whole numbers",
        _ when name.StartsWith("a list of ", StringComparison.Ordinal) => $"lists of {name["a list of ".Length..]}",
        _ => name,
    };
}
