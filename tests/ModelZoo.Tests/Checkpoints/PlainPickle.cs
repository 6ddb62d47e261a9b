using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SpectralExperiments.Tests.ModelZoo.Checkpoints;

/// <summary>
/// A second reading of .bin files, which trusts them: every tensor in the pickle, wherever it stands, with its bytes gathered one element
/// at a time.
/// </summary>
internal sealed class PlainPickle
{
    private const int Deepest = 6;

    private static readonly Dictionary<string, int> Sizes = new()
    {
        ["Double"] = 8, ["Float"] = 4, ["Half"] = 2, ["BFloat16"] = 2, ["Long"] = 8, ["Int"] = 4, ["Short"] = 2, ["Char"] = 1, ["Byte"] = 1,
        ["Bool"] = 1,
    };

    private readonly byte[] _pickle;
    private readonly Stack<object?> _stack = new();
    private readonly Dictionary<int, object?> _memo = [];
    private int _at;

    private PlainPickle(byte[] pickle) => _pickle = pickle;

    /// <summary>A tensor of a file.</summary>
    /// <param name="Path">The keys to it, joined by dots.</param>
    /// <param name="Name">The last of them.</param>
    /// <param name="Shape">The shape.</param>
    /// <param name="Bytes">Gathers its elements, in the order of its shape.</param>
    public sealed record Tensor(string Path, string Name, long[] Shape, Func<byte[]> Bytes);

    public static List<Tensor> Tensors(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        var pickle = zip.Entries.Single(entry => entry.Name == "data.pkl");
        var prefix = pickle.FullName[..^"data.pkl".Length];
        var found = new List<Tensor>();
        Collect(new PlainPickle(Contents(pickle)).Run(), "", "", Storage, found, 0);
        return found;

        byte[] Storage(string key)
        {
            using var again = ZipFile.OpenRead(path);
            return Contents(again.GetEntry($"{prefix}data/{key}")!);
        }
    }

    private static byte[] Contents(ZipArchiveEntry entry)
    {
        using var memory = new MemoryStream();
        using var stream = entry.Open();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private static void Collect(
        object? value, string path, string name, Func<string, byte[]> storage, List<Tensor> found, int level)
    {
        if (value is List<(object? Key, object? Value)> items && level < Deepest)
        {
            // A key that stands twice has its last value.
            foreach (var (key, item) in items.GroupBy(pair => pair.Key).Select(group => group.Last()))
            {
                if (key is string text)
                {
                    Collect(item, path.Length == 0 ? text : $"{path}.{text}", text, storage, found, level + 1);
                }
            }
        }
        else if (value is object?[] and ["tensor", object?[] identity, long offset, object?[] shape, object?[] strides, ..])
        {
            var type = (string)identity[1]!;
            if (Sizes.TryGetValue(type["torch.".Length..^"Storage".Length], out var size))
            {
                long[] sizes = [.. shape.Cast<long>()];
                found.Add(new Tensor(path, name, sizes, () =>
                {
                    var bytes = Gather(storage((string)identity[2]!), size, offset, sizes, [.. strides.Cast<long>()]);
                    return type == "torch.BoolStorage" ? [.. bytes.Select(one => one == 0 ? (byte)0 : (byte)1)] : bytes;
                }));
            }
        }
    }

    private static byte[] Gather(byte[] data, int size, long offset, long[] shape, long[] strides)
    {
        var count = shape.Aggregate(1L, (product, one) => product * one);
        var gathered = new byte[count * size];
        for (var k = 0L; k < count; k++)
        {
            var (rest, place) = (k, offset);
            for (var dimension = shape.Length - 1; dimension >= 0; dimension--)
            {
                place += rest % shape[dimension] * strides[dimension];
                rest /= shape[dimension];
            }

            data.AsSpan((int)(place * size), size).CopyTo(gathered.AsSpan((int)(k * size)));
        }

        return gathered;
    }

    private object? Run()
    {
        while (true)
        {
            var operation = (char)_pickle[_at++];
            switch (operation)
            {
                case '.': return _stack.Pop();
                case '\x80': _at++; break;
                case '\x95': _at += 8; break;
                case '(': _stack.Push(this); break;
                case '0': _stack.Pop(); break;
                case '1': ToMark(); break;
                case 'N': _stack.Push(null); break;
                case '\x88': _stack.Push(true); break;
                case '\x89': _stack.Push(false); break;
                case 'K': _stack.Push(Number(1)); break;
                case 'M': _stack.Push(Number(2)); break;
                case 'J': _stack.Push((long)(int)Number(4)); break;
                case '\x8a': PushInteger((int)Number(1)); break;
                case '\x8b': PushInteger((int)Number(4)); break;
                case '\x8c': _stack.Push(Text((int)Number(1))); break;
                case 'X': _stack.Push(Text((int)Number(4))); break;
                case '\x8d': _stack.Push(Text((int)Number(8))); break;
                case 'C': _at += (int)Number(1); _stack.Push(new object()); break;
                case 'B': _at += (int)Number(4); _stack.Push(new object()); break;
                case '\x8e' or '\x96': _at += (int)Number(8); _stack.Push(new object()); break;
                case 'G': _stack.Push(BinaryPrimitives.ReadDoubleBigEndian(_pickle.AsSpan(_at))); _at += 8; break;
                case '}': _stack.Push(new List<(object? Key, object? Value)>()); break;
                case ']' or '\x8f': _stack.Push(new List<object?>()); break;
                case ')': _stack.Push(Array.Empty<object?>()); break;
                case '\x85': _stack.Push(Last(1)); break;
                case '\x86': _stack.Push(Last(2)); break;
                case '\x87': _stack.Push(Last(3)); break;
                case 't' or '\x91': _stack.Push(ToMark()); break;
                case 'a': _stack.Pop(); break;
                case 'e' or '\x90': ToMark(); break;
                case 's': Set(Last(2)); break;
                case 'u': Set(ToMark()); break;
                case 'q': _memo[(int)Number(1)] = _stack.Peek(); break;
                case 'r': _memo[(int)Number(4)] = _stack.Peek(); break;
                case '\x94': _memo[_memo.Count] = _stack.Peek(); break;
                case 'h': _stack.Push(_memo[(int)Number(1)]); break;
                case 'j': _stack.Push(_memo[(int)Number(4)]); break;
                case 'c': _stack.Push($"{Line()}.{Line()}"); break;
                case '\x93': _stack.Push(string.Join('.', Last(2))); break;
                case 'Q': break;
                case 'R' or '\x81': Reduce((object?[])_stack.Pop()!); break;
                case '\x92': _stack.Pop(); Reduce((object?[])_stack.Pop()!); break;
                case 'b': _stack.Pop(); break;
                default: throw new NotSupportedException($"operation {operation}");
            }
        }
    }

    private void Reduce(object?[] arguments) => _stack.Push((string)_stack.Pop()! switch
    {
        "torch._utils._rebuild_tensor_v2" or "torch._utils._rebuild_tensor" => (object?[])["tensor", .. arguments],
        "torch._utils._rebuild_parameter" or "torch._utils._rebuild_parameter_with_state" => arguments[0],
        "collections.OrderedDict" or "collections.defaultdict" or "collections.Counter" or "builtins.dict" or "__builtin__.dict" =>
            new List<(object? Key, object? Value)>(),
        _ => new object(),
    });

    private void Set(object?[] pairs)
    {
        for (var k = 0; _stack.Peek() is List<(object? Key, object? Value)> items && k + 1 < pairs.Length; k += 2)
        {
            items.Add((pairs[k], pairs[k + 1]));
        }
    }

    private long Number(int length)
    {
        var value = 0L;
        for (var k = length - 1; k >= 0; k--)
        {
            value = (value << 8) | _pickle[_at + k];
        }

        _at += length;
        return value;
    }

    private void PushInteger(int length)
    {
        var value = new System.Numerics.BigInteger(_pickle.AsSpan(_at, length));
        _at += length;
        _stack.Push(value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value);
    }

    private string Text(int length)
    {
        var text = Encoding.UTF8.GetString(_pickle, _at, length);
        _at += length;
        return text;
    }

    private string Line()
    {
        var end = Array.IndexOf(_pickle, (byte)'\n', _at);
        var line = Encoding.UTF8.GetString(_pickle, _at, end - _at);
        _at = end + 1;
        return line;
    }

    private object?[] Last(int count) => [.. Enumerable.Range(0, count).Select(_ => _stack.Pop()).Reverse()];

    private object?[] ToMark()
    {
        var items = new List<object?>();
        while (_stack.Pop() is var item && !ReferenceEquals(item, this))
        {
            items.Insert(0, item);
        }

        return [.. items];
    }
}
