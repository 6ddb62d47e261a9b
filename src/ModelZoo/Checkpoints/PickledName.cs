using static TorchSharp.torch;

namespace ModelZoo.Checkpoints;

/// <summary>A Python name in a pickle, of those that are allowed: what makes tensors, and plain values that stand beside them.</summary>
/// <param name="Name">The module and the name, joined by a dot.</param>
internal sealed record PickledName(string Name)
{
    private const string StorageSuffix = "Storage";
    private const string Utilities = "torch._utils.";

    private static readonly Dictionary<string, (ScalarType Dtype, int Size)> StorageTypes = new()
    {
        ["torch.DoubleStorage"] = (ScalarType.Float64, 8),
        ["torch.FloatStorage"] = (ScalarType.Float32, 4),
        ["torch.HalfStorage"] = (ScalarType.Float16, 2),
        ["torch.BFloat16Storage"] = (ScalarType.BFloat16, 2),
        ["torch.LongStorage"] = (ScalarType.Int64, 8),
        ["torch.IntStorage"] = (ScalarType.Int32, 4),
        ["torch.ShortStorage"] = (ScalarType.Int16, 2),
        ["torch.CharStorage"] = (ScalarType.Int8, 1),
        ["torch.ByteStorage"] = (ScalarType.Byte, 1),
        ["torch.BoolStorage"] = (ScalarType.Bool, 1),
    };

    // Values without code of their own, in training checkpoints of PyTorch, Lightning and NumPy programs. PyTorch's own safe reader
    // (weights_only) allows the same ones but for NumPy's, argparse's, datetime's and pathlib's, which are not made here either.
    private static readonly HashSet<string> Values =
    [
        "collections.OrderedDict", "collections.defaultdict", "collections.Counter", "collections.deque", "_codecs.encode",
        .. from module in new[] { "builtins", "__builtin__" }
           from name in new[]
           {
               "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "object", "set", "slice", "tuple",
           }
           select $"{module}.{name}",
        "argparse.Namespace", "datetime.date", "datetime.datetime", "datetime.timedelta", "pathlib.Path", "pathlib.PosixPath",
        "pathlib.PurePosixPath", "pathlib.WindowsPath",
        "numpy.dtype", "numpy.ndarray", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
        "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct",
        "torch.Size", "torch.Tensor", "torch.device", "torch.nn.parameter.Parameter", "torch.serialization._get_layout",
        "torch._tensor._rebuild_from_type_v2",
        .. from name in new[]
           {
               "tensor", "tensor_v2", "tensor_v3", "parameter", "parameter_with_state", "qtensor", "sparse_tensor", "sparse_csr_tensor",
               "meta_tensor_no_storage", "device_tensor_from_numpy", "device_tensor_from_cpu_tensor", "nested_tensor",
               "wrapper_subclass",
           }
           select $"{Utilities}_rebuild_{name}",
        .. from name in new[]
           {
               "bfloat16", "bool", "complex128", "complex32", "complex64", "float16", "float32", "float64", "float8_e4m3fn",
               "float8_e4m3fnuz",
               "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu", "int16", "int32", "int64", "int8", "per_channel_affine",
               "per_tensor_affine", "qint32", "qint8", "quint2x4", "quint4x2", "quint8", "sparse_bsc", "sparse_bsr", "sparse_coo",
               "sparse_csc", "sparse_csr", "strided", "uint16", "uint32", "uint64", "uint8",
           }
           select $"torch.{name}",
    ];

    private static readonly HashSet<string> Dictionaries =
        ["collections.OrderedDict", "collections.defaultdict", "collections.Counter", "builtins.dict", "__builtin__.dict"];

    /// <summary>The name, if it is allowed.</summary>
    /// <exception cref="InvalidDataException">It is another one: looking it up could run code in Python.</exception>
    public static PickledName Allowed(string name) => Values.Contains(name) || IsStorage(name)
        ? new PickledName(name)
        : throw new InvalidDataException(
            $"found the name {name} in the pickle, expected those of a state dict only (a model file must not run code).");

    /// <summary>The storage whose class this name is.</summary>
    /// <param name="key">Its name in the archive.</param>
    /// <param name="count">The number of elements.</param>
    public PickledStorage Storage(string key, long count) => !IsStorage(Name)
        ? throw new InvalidDataException($"found a storage of the type {Name} in the pickle, expected a class of torch.")
        : StorageTypes.TryGetValue(Name, out var type)
            ? new PickledStorage(Name, type.Dtype, type.Size, key, count)
            : new PickledStorage(Name, null, 0, key, count);

    /// <summary>What a call of this name makes: a tensor, a dictionary, or an object that is not read.</summary>
    public object Call(object?[] arguments) => Name switch
    {
        $"{Utilities}_rebuild_tensor_v2" or $"{Utilities}_rebuild_tensor" => Tensor(arguments),
        $"{Utilities}_rebuild_parameter" or $"{Utilities}_rebuild_parameter_with_state" => arguments[0] is PickledTensor or PickledObject
            ? arguments[0]!
            : throw PickledValue.Unexpected(arguments[0], "a tensor"),
        $"{Utilities}_rebuild_tensor_v3" when arguments[6] is PickledName dtype => new PickledObject(dtype.Name),
        _ when Dictionaries.Contains(Name) => new Dictionary<object, object?>(),
        _ => new PickledObject(Name),
    };

    private static PickledTensor Tensor(object?[] arguments) => new(
        PickledValue.Expect<PickledStorage>(arguments[0]), PickledValue.Expect<long>(arguments[1]),
        Longs(arguments[2]), Longs(arguments[3]));

    private static long[] Longs(object? tuple) => [.. PickledValue.Expect<object?[]>(tuple).Select(PickledValue.Expect<long>)];

    private static bool IsStorage(string name) =>
        name == "torch.storage.UntypedStorage"
        || (name.StartsWith("torch.", StringComparison.Ordinal) && name.EndsWith(StorageSuffix, StringComparison.Ordinal)
            && name["torch.".Length..].All(char.IsAsciiLetterOrDigit));
}
