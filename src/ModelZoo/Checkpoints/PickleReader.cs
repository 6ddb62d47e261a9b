using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace ModelZoo.Checkpoints;

/// <summary>
/// Reads a pickle that torch.save wrote, of protocols 2 to 5. It knows the operations of Python's pickler and the names of
/// <see cref="PickledName"/>, and refuses every other one: nothing in a file can run code. Values other than tensors are read over.
/// </summary>
/// <remarks>
/// Razorvine.Pickle 1.5.0 cannot take its place: it has no hook where a name is looked up, so that a name that is not called
/// passes unseen; its constructors are registered for the whole process; and its dictionaries lose the order of their items
/// and, of a key given twice, keep the first value.
/// </remarks>
internal sealed class PickleReader
{
    private const int HighestProtocol = 5;

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
            throw new InvalidDataException($"found a damaged pickle (byte {reader._position}), expected a state dict.", exception);
        }
    }

    private bool Step()
    {
        var operation = _data[_position++];
        switch ((char)operation)
        {
            case '\x80': CheckProtocol(Take(1)[0]); break;
            case '\x95': Take(8); break;                                  // length of a frame, of use to streams only
            case '.': return false;
            case '(': _stack.Push(Mark.Instance); break;
            case '0': _stack.Pop(); break;
            case '1': PopToMark(); break;
            case 'N': _stack.Push(null); break;
            case '\x88': _stack.Push(true); break;
            case '\x89': _stack.Push(false); break;
            case 'K': _stack.Push((long)Take(1)[0]); break;
            case 'M': _stack.Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case 'J': _stack.Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case '\x8a': _stack.Push(Integer(Take(Take(1)[0]))); break;
            case '\x8b': _stack.Push(Integer(Take(BinaryPrimitives.ReadInt32LittleEndian(Take(4))))); break;
            case '\x8c': PushText(Take(1)[0]); break;
            case '\x8d': PushText(BinaryPrimitives.ReadInt64LittleEndian(Take(8))); break;
            case 'X': PushText(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))); break;
            case 'C': PushBytes(Take(1)[0]); break;
            case 'B': PushBytes(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))); break;
            case '\x8e' or '\x96': PushBytes(BinaryPrimitives.ReadInt64LittleEndian(Take(8))); break;
            case 'G': _stack.Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case '}': _stack.Push(new Dictionary<object, object?>()); break;
            case ']' or '\x8f': _stack.Push(new List<object?>()); break;
            case ')': _stack.Push(Array.Empty<object?>()); break;
            case '\x85': _stack.Push(PopMany(1)); break;
            case '\x86': _stack.Push(PopMany(2)); break;
            case '\x87': _stack.Push(PopMany(3)); break;
            case 't' or '\x91': _stack.Push(PopToMark()); break;
            case 'a': Append([_stack.Pop()]); break;
            case 'e' or '\x90': Append(PopToMark()); break;
            case 's': SetItems(PopMany(2)); break;
            case 'u': SetItems(PopToMark()); break;
            case 'q': _memo[Take(1)[0]] = Top(); break;
            case 'r': _memo[BinaryPrimitives.ReadInt32LittleEndian(Take(4))] = Top(); break;
            case '\x94': _memo[_memo.Count] = Top(); break;
            case 'h': _stack.Push(_memo[Take(1)[0]]); break;
            case 'j': _stack.Push(_memo[BinaryPrimitives.ReadInt32LittleEndian(Take(4))]); break;
            case 'c': _stack.Push(PickledName.Allowed($"{Line()}.{Line()}")); break;
            case '\x93': _stack.Push(PickledName.Allowed(string.Join('.', PopMany(2).Select(PickledValue.Expect<string>)))); break;
            case 'Q': PushStorage(Pop<object?[]>()); break;
            case 'R' or '\x81': Call(Pop<object?[]>()); break;
            case '\x92': Pop<Dictionary<object, object?>>(); Call(Pop<object?[]>()); break;
            case 'b': SetState(); break;
            default:
                throw new InvalidDataException(
                    $"found pickle operation 0x{operation:x2} (byte {_position - 1}), expected those of a state dict only.");
        }

        return true;
    }

    private static void CheckProtocol(byte protocol)
    {
        if (protocol > HighestProtocol)
        {
            throw new InvalidDataException($"found pickle protocol {protocol}, expected at most {HighestProtocol}.");
        }
    }

    private static object Integer(ReadOnlySpan<byte> bytes)
    {
        var value = new BigInteger(bytes);
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    // As persistent_id of torch.save has it: kind, class, key, device and number of elements.
    private void PushStorage(object?[] identity) => _stack.Push(
        PickledValue.Expect<PickledName>(identity[1])
            .Storage(PickledValue.Expect<string>(identity[2]), PickledValue.Expect<long>(identity[4])));

    private void Call(object?[] arguments) => _stack.Push(Pop<PickledName>().Call(arguments));

    // Attributes of a dictionary (version notes) and of objects that are not read.
    private void SetState()
    {
        _stack.Pop();
        if (Top() is not (Dictionary<object, object?> or PickledObject))
        {
            throw PickledValue.Unexpected(Top(), "an object with a state");
        }
    }

    private void Append(object?[] items)
    {
        // Arrays of NumPy subclasses and the like append to what is not read.
        if (Top() is not PickledObject)
        {
            PickledValue.Expect<List<object?>>(Top()).AddRange(items);
        }
    }

    private void SetItems(object?[] pairs)
    {
        if (Top() is PickledObject)
        {
            return;
        }

        var dictionary = PickledValue.Expect<Dictionary<object, object?>>(Top());
        for (var i = 0; i < pairs.Length; i += 2)
        {
            dictionary[pairs[i]!] = pairs[i + 1];
        }
    }

    private void PushText(long length) => _stack.Push(Encoding.UTF8.GetString(Take(checked((int)length))));

    private void PushBytes(long length) => _stack.Push(Take(checked((int)length)).ToArray());

    private T Pop<T>() => PickledValue.Expect<T>(_stack.Pop());

    private object? Top() => _stack.Peek() is var top and not Mark ? top : throw new InvalidOperationException();

    private object?[] PopMany(int count)
    {
        var items = new object?[count];
        for (var i = count - 1; i >= 0; i--)
        {
            items[i] = _stack.Pop() is var item and not Mark ? item : throw new InvalidOperationException();
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

    private sealed class Mark
    {
        public static readonly Mark Instance = new();
    }
}
