namespace ModelZoo.Checkpoints;

/// <summary>Values of a pickle: their kinds in Python's terms, for messages.</summary>
internal static class PickledValue
{
    /// <summary>The value, if it has the expected type.</summary>
    /// <exception cref="InvalidDataException">It has another one.</exception>
    public static T Expect<T>(object? value) => value is T expected ? expected : throw Unexpected(value, Kind(typeof(T)));

    public static InvalidDataException Unexpected(object? value, string expected) =>
        new($"found {Describe(value)} in the pickle, expected {expected}.");

    /// <summary>A value in words.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "None",
        PickledObject { Name: var name } => name,
        PickledName { Name: var name } => name,
        PickledTensor { Storage.Dtype: null } tensor => $"a tensor of {tensor.Storage.TypeName}",
        _ => Kind(value.GetType()),
    };

    private static string Kind(Type type) => type switch
    {
        _ when type == typeof(long) || type == typeof(System.Numerics.BigInteger) => "an integer",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(bool) => "a boolean",
        _ when type == typeof(string) => "a text",
        _ when type == typeof(byte[]) => "bytes",
        _ when type == typeof(object[]) => "a tuple",
        _ when type == typeof(List<object>) => "a list",
        _ when type == typeof(Dictionary<object, object>) => "a dictionary",
        _ when type == typeof(PickledTensor) => "a tensor",
        _ when type == typeof(PickledStorage) => "a storage",
        _ => "a name",
    };
}
