using System.Globalization;

namespace ModelZoo.Checkpoints;

/// <summary>The named values of a GGUF header. Arrays, which are the tokenizer's, are checked and passed over.</summary>
internal sealed class GgufMetadata
{
    private const uint TextType = 8;
    private const uint ArrayType = 9;

    // A key's length, its shortest value's type and the value.
    private const int ShortestPair = sizeof(ulong) + sizeof(uint) + 1;

    private readonly OrderedDictionary<string, object> _values = [];

    /// <summary>The keys in the order of the file.</summary>
    public IReadOnlyList<string> Keys => _values.Keys;

    /// <exception cref="InvalidDataException">The values are damaged or cut off.</exception>
    public static GgufMetadata Read(GgufReader reader, ulong count)
    {
        reader.Require(count, ShortestPair, "metadata");
        var metadata = new GgufMetadata();
        for (ulong k = 0; k < count; k++)
        {
            var key = reader.Text($"metadata key {k}");
            var what = $"metadata '{key}'";
            if (!metadata._values.TryAdd(key, Value(reader, reader.UInt32(what), what)))
            {
                throw new InvalidDataException($"{what}: found twice, expected once.");
            }
        }

        return metadata;
    }

    public bool Contains(string key) => _values.ContainsKey(key);

    public int Integer(string key, int? absent = null) => IntegerOrNull(key) ?? absent ?? throw Unexpected(key, "an integer");

    public int? IntegerOrNull(string key) => _values.GetValueOrDefault(key) switch
    {
        null => null,
        long value and >= int.MinValue and <= int.MaxValue => (int)value,
        _ => throw Unexpected(key, "an integer of 32 bits"),
    };

    public double Number(string key, double? absent = null) => _values.GetValueOrDefault(key) switch
    {
        null => absent ?? throw Unexpected(key, "a number"),
        double value when double.IsFinite(value) => value,
        long value => value,
        _ => throw Unexpected(key, "a finite number"),
    };

    public void Require(string key, string expected)
    {
        if (_values.GetValueOrDefault(key) is not string text || text != expected)
        {
            throw Unexpected(key, $"'{expected}'");
        }
    }

    public void RequireOrAbsent(string key, string expected)
    {
        if (Contains(key))
        {
            Require(key, expected);
        }
    }

    public void RequireOrAbsent(string key, double expected)
    {
        if (Number(key, expected) != expected)
        {
            throw Unexpected(key, FormattableString.Invariant($"{expected}"));
        }
    }

    public InvalidDataException Unexpected(string key, string expected) =>
        new($"metadata '{key}': found {Text(_values.GetValueOrDefault(key))}, expected {expected}.");

    private static string Text(object? value) => value switch
    {
        null => "nothing",
        string text => $"'{text}'",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };

    private static object Value(GgufReader reader, uint type, string what) => type switch
    {
        0 => (long)reader.Byte(what),
        1 => (long)(sbyte)reader.Byte(what),
        2 => (long)reader.UInt16(what),
        3 => (long)(short)reader.UInt16(what),
        4 => (long)reader.UInt32(what),
        5 => (long)(int)reader.UInt32(what),

        // The decimal that the writer meant: a float32 of 1e-5 is config.json's 1e-5.
        6 => double.Parse(
            BitConverter.UInt32BitsToSingle(reader.UInt32(what)).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
        7 => reader.Byte(what) switch
        {
            0 => false,
            1 => true,
            var value => throw new InvalidDataException($"{what}: found {value} as a truth value, expected 0 or 1."),
        },
        TextType => reader.Text(what),
        ArrayType => SkipArray(reader, what),
        10 => reader.UInt64(what) is var value && value <= long.MaxValue ? (long)value : (object)value,
        11 => (long)reader.UInt64(what),
        12 => BitConverter.UInt64BitsToDouble(reader.UInt64(what)),
        _ => throw new InvalidDataException($"{what}: found a value of type {type}, expected one of GGUF's types (0 to 12)."),
    };

    private static object SkipArray(GgufReader reader, string what)
    {
        var (type, count) = (reader.UInt32(what), reader.UInt64(what));
        if (type == TextType)
        {
            reader.Require(count, sizeof(ulong), what);
            for (ulong k = 0; k < count; k++)
            {
                reader.Skip(reader.UInt64(what), 1, what);
            }
        }
        else
        {
            var size = type switch
            {
                0 or 1 or 7 => 1,
                2 or 3 => 2,
                4 or 5 or 6 => 4,
                10 or 11 or 12 => 8,
                _ => throw new InvalidDataException($"{what}: found an array of type {type}, expected texts, numbers or truth values."),
            };
            reader.Skip(count, size, what);
        }

        return new ArrayMark(count);
    }

    // What an array leaves behind.
    private sealed record ArrayMark(ulong Count)
    {
        public override string ToString() => $"an array of {Count} items";
    }
}
