using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SpectralExperiments.Tests.ModelZoo.Checkpoints;

/// <summary>Builds files as torch.save writes them, from a description of the pickled object.</summary>
internal sealed class TorchArchive
{
    private readonly List<byte> _pickle = [0x80, 2];
    private readonly Dictionary<string, byte[]> _storages = [];

    private TorchArchive()
    {
    }

    /// <summary>A tensor: a view of a storage.</summary>
    /// <param name="Storage">The storage's class, such as <c>FloatStorage</c>.</param>
    /// <param name="Data">The storage's bytes.</param>
    /// <param name="Count">Elements of the storage, as the pickle claims them.</param>
    /// <param name="Shape">The shape.</param>
    public sealed record View(string Storage, byte[] Data, long Count, params long[] Shape)
    {
        public long Offset { get; init; }

        /// <summary>Row-major ones where null.</summary>
        public long[]? Strides { get; init; }
    }

    /// <summary>A call of a name of Python with arguments, such as <c>torch._utils._rebuild_parameter</c>.</summary>
    public sealed record Call(string Module, string Name, params object?[] Arguments)
    {
        /// <summary>The state that is set on the result, or null.</summary>
        public object? State { get; init; }
    }

    /// <summary>A name of Python that is not called.</summary>
    public sealed record Name(string Module, string Member);

    public static View Float32(long[] shape, params float[] values) =>
        new("FloatStorage", [.. values.SelectMany(BitConverter.GetBytes)], values.Length, shape);

    public static Call Parameter(View view) => new("torch._utils", "_rebuild_parameter", view, true, OrderedDict());

    public static Call OrderedDict() => new("collections", "OrderedDict");

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="root">
    /// Dictionaries, lists, arrays (tuples), texts, whole numbers, doubles, bools, bytes, nulls, <see cref="View"/>, <see cref="Call"/>
    /// and <see cref="Name"/>.
    /// </param>
    public static void Write(string path, object? root)
    {
        var archive = new TorchArchive();
        archive.Push(root);
        archive._pickle.Add((byte)'.');
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        Add(zip, "archive/data.pkl", [.. archive._pickle]);
        Add(zip, "archive/byteorder", "little"u8.ToArray());
        foreach (var (key, data) in archive._storages)
        {
            Add(zip, $"archive/data/{key}", data);
        }
    }

    private static void Add(ZipArchive zip, string name, byte[] bytes)
    {
        using var stream = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        stream.Write(bytes);
    }

    private void Push(object? value)
    {
        switch (value)
        {
            case null: Operation('N'); break;
            case true: _pickle.Add(0x88); break;
            case false: _pickle.Add(0x89); break;
            case int number: Operation('J', number); break;
            case long number: PushLong(number); break;
            case double number: PushDouble(number); break;
            case string text: Operation('X', Encoding.UTF8.GetByteCount(text)); _pickle.AddRange(Encoding.UTF8.GetBytes(text)); break;
            case byte[] bytes: Operation('B', bytes.Length); _pickle.AddRange(bytes); break;
            case View view: PushView(view); break;
            case Call call: PushCall(call); break;
            case Name name: PushName(name.Module, name.Member); break;
            case Dictionary<string, object?> items: PushItems('}', 'u', items.SelectMany(pair => new[] { pair.Key, pair.Value })); break;
            case Dictionary<object, object?> items: PushItems('}', 'u', items.SelectMany(pair => new[] { pair.Key, pair.Value })); break;
            case List<object?> items: PushItems(']', 'e', items); break;
            case object?[] items: Operation('('); PushAll(items); Operation('t'); break;
            default: throw new ArgumentException($"{value.GetType()}: not known to this writer");
        }
    }

    private void PushItems(char empty, char add, IEnumerable<object?> items)
    {
        Operation(empty);
        Operation('(');
        PushAll(items);
        Operation(add);
    }

    private void PushAll(IEnumerable<object?> items)
    {
        foreach (var item in items)
        {
            Push(item);
        }
    }

    private void PushView(View view)
    {
        var key = $"{_storages.Count}";
        _storages.Add(key, view.Data);
        var strides = view.Strides
            ?? [.. view.Shape.Select((_, i) => view.Shape[(i + 1)..].Aggregate(1L, (product, size) => product * size))];
        PushName("torch._utils", "_rebuild_tensor_v2");
        Operation('(');
        Push(new object?[] { "storage", new Name("torch", view.Storage), key, "cpu", view.Count });
        Operation('Q');
        PushAll([view.Offset, view.Shape.Select(size => (object?)size).ToArray(), strides.Select(size => (object?)size).ToArray(), false]);
        PushCall(OrderedDict());
        Operation('t');
        Operation('R');
    }

    private void PushCall(Call call)
    {
        PushName(call.Module, call.Name);
        Push(call.Arguments);
        Operation('R');
        if (call.State is { } state)
        {
            Push(state);
            Operation('b');
        }
    }

    private void PushName(string module, string name)
    {
        Operation('c');
        _pickle.AddRange(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));
    }

    private void PushLong(long number)
    {
        _pickle.AddRange([0x8a, sizeof(long)]);
        _pickle.AddRange(BitConverter.GetBytes(number));
    }

    private void PushDouble(double number)
    {
        Operation('G');
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, number);
        _pickle.AddRange(bytes);
    }

    private void Operation(char operation, int? argument = null)
    {
        _pickle.Add((byte)operation);
        if (argument is { } number)
        {
            _pickle.AddRange(BitConverter.GetBytes(number));
        }
    }
}
