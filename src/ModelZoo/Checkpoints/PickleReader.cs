using System.Buffers.Binary;
using System.Text;
using static TorchSharp.torch;

namespace ModelZoo.Checkpoints;

/// <summary>
/// Reads the pickle of a state dict that torch.save wrote, of protocols 2 to 5. It knows the operations and names that such a
/// file needs and refuses every other one: nothing in a file can run code.
/// </summary>
/// <remarks>
/// Razorvine.Pickle 1.5.0 cannot take its place: it has no hook where a name is looked up, so that a name that is not called
/// passes unseen; its constructors are registered for the whole process; and its dictionaries lose the order of their items
/// and, of a key given twice, keep the first value.
/// </remarks>
internal sealed class PickleReader
{
    private const string OrderedDict = "collections.OrderedDict";
    private const string RebuildTensor = "torch._utils._rebuild_tensor_v2";

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

    private readonly byte[] _data;
    private readonly Stack<object?> _stack = new();
    private readonly Dictionary<int, object?> _memo = [];
    private int _position;

    private PickleReader(byte[] data) => _data = data;

    /// <summary>The object that a pickle describes.</summary>
    /// <exception cref="InvalidDataException">The pickle is damaged, or needs an operation or a name that is not allowed.</exception>
    public static object? Read(byte[] data)
    {
        var reader = new PickleReader(data);
        try
        {
            while (reader.Step())
            {
            }

            return reader._stack.Pop();
        }
        catch (Exception exception) when (exception
            is InvalidOperationException or ArgumentException or KeyNotFoundException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException(
                $"found a damaged pickle (byte {reader._position}), expected a state dict: {exception.Message}", exception);
        }
    }

    private bool Step()
    {
        var operation = _data[_position++];
        switch ((char)operation)
        {
            case '\x80': Take(1); break;                                  // protocol
            case '\x95': Take(8); break;                                  // length of a frame, of use to streams only
            case '.': return false;
            case '(': _stack.Push(Mark.Instance); break;
            case 'N': _stack.Push(null); break;
            case '\x88': _stack.Push(true); break;
            case '\x89': _stack.Push(false); break;
            case 'K': _stack.Push((long)Take(1)[0]); break;
            case 'M': _stack.Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case 'J': _stack.Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case '\x8a': _stack.Push(LongInteger(Take(Take(1)[0]))); break;
            case '\x8c': PushText(Take(1)[0]); break;
            case '\x8d': PushText(BinaryPrimitives.ReadInt64LittleEndian(Take(8))); break;
            case 'G': _stack.Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case 'X': PushText(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))); break;
            case '}': _stack.Push(new Dictionary<object, object?>()); break;
            case ']': _stack.Push(new List<object?>()); break;
            case ')': _stack.Push(Array.Empty<object?>()); break;
            case '\x85': _stack.Push(PopMany(1)); break;
            case '\x86': _stack.Push(PopMany(2)); break;
            case '\x87': _stack.Push(PopMany(3)); break;
            case 't': _stack.Push(PopToMark()); break;
            case 'a': Append([_stack.Pop()]); break;
            case 'e': Append(PopToMark()); break;
            case 's': SetItems(PopMany(2)); break;
            case 'u': SetItems(PopToMark()); break;
            case 'q': _memo[Take(1)[0]] = _stack.Peek(); break;
            case 'r': _memo[BinaryPrimitives.ReadInt32LittleEndian(Take(4))] = _stack.Peek(); break;
            case '\x94': _memo[_memo.Count] = _stack.Peek(); break;
            case 'h': _stack.Push(_memo[Take(1)[0]]); break;
            case 'j': _stack.Push(_memo[BinaryPrimitives.ReadInt32LittleEndian(Take(4))]); break;
            case 'c': _stack.Push(AllowedGlobal($"{Line()}.{Line()}")); break;
            case '\x93': _stack.Push(AllowedGlobal(string.Join('.', PopMany(2).Select(Expect<string>)))); break;
            case 'Q': _stack.Push(Storage(Pop<object?[]>())); break;
            case 'R': _stack.Push(Call(Pop<object?[]>(), Pop<Global>())); break;
            case 'b': _stack.Pop(); break;                                 // attributes of a dictionary (version notes)
            default:
                throw new InvalidDataException(
                    $"found pickle operation 0x{operation:x2} (byte {_position - 1}), expected those of a state dict only.");
        }

        return true;
    }

    private static Global AllowedGlobal(string name) =>
        name is OrderedDict or RebuildTensor || StorageTypes.ContainsKey(name)
            ? new Global(name)
            : throw new InvalidDataException(
                $"found the name {name} in the pickle, expected those of a state dict only (a model file must not run code).");

    private static PickledStorage Storage(object?[] identity)
    {
        var (dtype, size) = StorageTypes[Expect<Global>(identity[1]).Name];
        return new PickledStorage(dtype, size, Expect<string>(identity[2]), Expect<long>(identity[4]));
    }

    private static object Call(object?[] arguments, Global function) =>
        function.Name switch
        {
            OrderedDict => new Dictionary<object, object?>(),
            RebuildTensor => new PickledTensor(Expect<PickledStorage>(arguments[0]), Expect<long>(arguments[1]), Longs(arguments[2]),
                Longs(arguments[3])),
            _ => throw new InvalidDataException($"found a call of {function.Name} in the pickle, expected none."),
        };

    private static long[] Longs(object? tuple) => [.. Expect<object?[]>(tuple).Select(Expect<long>)];

    private static long LongInteger(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > sizeof(long))
        {
            throw new InvalidDataException($"found an integer of {bytes.Length} bytes in the pickle, expected at most {sizeof(long)}.");
        }

        var value = bytes.Length > 0 && (bytes[^1] & 0x80) != 0 ? -1L : 0L;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }

        return value;
    }

    private void Append(object?[] items) => Expect<List<object?>>(_stack.Peek()).AddRange(items);

    private void SetItems(object?[] pairs)
    {
        var dictionary = Expect<Dictionary<object, object?>>(_stack.Peek());
        for (var i = 0; i < pairs.Length; i += 2)
        {
            dictionary[pairs[i]!] = pairs[i + 1];
        }
    }

    private void PushText(long length) => _stack.Push(Encoding.UTF8.GetString(Take(checked((int)length))));

    private T Pop<T>() => Expect<T>(_stack.Pop());

    private static T Expect<T>(object? value) => value is T expected
        ? expected
        : throw new InvalidOperationException($"found {value?.GetType().Name ?? "None"} where {typeof(T).Name} belongs.");

    private object?[] PopMany(int count)
    {
        var items = new object?[count];
        for (var i = count - 1; i >= 0; i--)
        {
            items[i] = _stack.Pop();
        }

        return items;
    }

    private object?[] PopToMark()
    {
        var items = new List<object?>();
        for (var item = _stack.Pop(); item is not Mark; item = _stack.Pop())
        {
            items.Add(item);
        }

        items.Reverse();
        return [.. items];
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        var bytes = _data.AsSpan(_position, count);
        _position += count;
        return bytes;
    }

    private string Line()
    {
        var end = Array.IndexOf(_data, (byte)'\n', _position);
        var line = Encoding.UTF8.GetString(_data, _position, end - _position);
        _position = end + 1;
        return line;
    }

    private sealed record Global(string Name);

    private sealed class Mark
    {
        public static readonly Mark Instance = new();
    }
}
