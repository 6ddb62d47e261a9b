using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SpectralExperiments.Tests;

/// <summary>Damage that files and command lines meet: truncated, swapped, doubled, of another type, of an absurd size.</summary>
internal static class Mutate
{
    private static readonly string[] Cells =
    [
        "", " ", "NaN", "nan", "Infinity", "-1", "0", "1e999", "1,5", "99999999999999999999", "0x10", "null", "a\"b", "é\u0301", "\u0000",
        "1.0.0", "-0", "true", "\uFEFF", "2147483648",
    ];

    /// <summary>One to three random changes of bytes.</summary>
    public static byte[] Bytes(byte[] source, Random random)
    {
        var bytes = source.ToList();
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            ChangeBytes(bytes, random);
        }

        return [.. bytes];
    }

    /// <summary>One to three fields of a JSON document removed, renamed, doubled or given another value, or its bytes changed.</summary>
    public static byte[] Json(ReadOnlySpan<byte> source, Random random)
    {
        if (random.Next(5) == 0 || JsonNode.Parse(source) is not { } root)
        {
            return Bytes(source.ToArray(), random);
        }

        for (var change = random.Next(1, 4); change > 0; change--)
        {
            ChangeField(root, random);
        }

        var text = root.ToJsonString(new JsonSerializerOptions { WriteIndented = random.Next(2) == 0 });
        return Encoding.UTF8.GetBytes(random.Next(8) == 0 ? DoubledKey(text, random) : text);
    }

    /// <summary>One to three changes of lines or cells of a table, with header or without.</summary>
    /// <param name="separator">Tab for TSV, comma for CSV. A line break for text whose lines have no cells.</param>
    public static byte[] Table(ReadOnlySpan<byte> source, char separator, Random random)
    {
        if (random.Next(6) == 0)
        {
            return Bytes(source.ToArray(), random);
        }

        var lines = Encoding.UTF8.GetString(source).Split('\n').ToList();
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            ChangeLine(lines, separator, random);
        }

        var text = string.Join(random.Next(8) == 0 ? "\r\n" : "\n", lines);
        return Encoding.UTF8.GetBytes((random.Next(12) == 0 ? "\uFEFF" : "") + text);
    }

    /// <summary>One to three changes of the words of a command line.</summary>
    public static string[] Words(IReadOnlyList<string> source, Random random)
    {
        var words = source.ToList();
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var k = random.Next(words.Count + 1);
            switch (random.Next(5))
            {
                case 0 when k < words.Count:
                    words.RemoveAt(k);
                    break;
                case 1 when k < words.Count:
                    words.Insert(random.Next(words.Count), words[k]);
                    break;
                case 2 when k < words.Count:
                    words[k] = Text(words[k], random);
                    break;
                case 3 when k < words.Count:
                    words[k] = Pick(Cells, random);
                    break;
                default:
                    words.Insert(k, Pick(Cells, random));
                    break;
            }
        }

        return [.. words];
    }

    /// <summary>One random change of a text's characters.</summary>
    public static string Text(string source, Random random)
    {
        var k = random.Next(source.Length + 1);
        return random.Next(4) switch
        {
            0 when k < source.Length => source.Remove(k, 1),
            1 when k < source.Length => source.Insert(k, source[k].ToString()),
            2 when k < source.Length => source[..k] + (char)random.Next(32, 127) + source[(k + 1)..],
            _ => source.Insert(k, Pick(Cells, random)),
        };
    }

    private static void ChangeBytes(List<byte> bytes, Random random)
    {
        if (bytes.Count == 0)
        {
            bytes.Add((byte)random.Next(256));
            return;
        }

        var k = random.Next(bytes.Count);
        var length = Math.Min(random.Next(1, 33), bytes.Count - k);
        switch (random.Next(8))
        {
            case 0:
                bytes[k] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[k] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(k, bytes.Count - k);
                break;
            case 3:
                bytes.RemoveRange(k, length);
                break;
            case 4:
                bytes.InsertRange(k, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                break;
            case 5:
                Fill(bytes, k, length, 0);
                break;
            case 6:
                // Lengths, offsets and counts of binary formats stand in four or eight bytes.
                Fill(bytes, k, Math.Min(random.Next(2) == 0 ? 4 : 8, length), 255);
                break;
            default:
                bytes.AddRange(bytes.GetRange(k, length));
                break;
        }
    }

    private static void Fill(List<byte> bytes, int start, int length, byte value)
    {
        for (var k = start; k < start + length; k++)
        {
            bytes[k] = value;
        }
    }

    private static void ChangeField(JsonNode root, Random random)
    {
        var parents = Containers(root).ToList();
        if (parents.Count == 0)
        {
            return;
        }

        switch (parents[random.Next(parents.Count)])
        {
            case JsonObject fields:
                var key = fields.ElementAt(random.Next(fields.Count)).Key;
                ChangeMember(fields, key, random);
                break;
            case JsonArray items:
                var k = random.Next(items.Count);
                if (random.Next(3) == 0)
                {
                    items.RemoveAt(k);
                }
                else if (random.Next(2) == 0)
                {
                    items.Add(items[k]?.DeepClone());
                }
                else
                {
                    items[k] = Value(items[k], random);
                }

                break;
        }
    }

    private static void ChangeMember(JsonObject fields, string key, Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                fields.Remove(key);
                break;
            case 1:
                var value = fields[key]?.DeepClone();
                fields.Remove(key);
                fields[Text(key, random)] = value;
                break;
            case 2:
                // The value of another field.
                fields[key] = fields.ElementAt(random.Next(fields.Count)).Value?.DeepClone();
                break;
            default:
                fields[key] = Value(fields[key], random);
                break;
        }
    }

    private static IEnumerable<JsonNode> Containers(JsonNode node)
    {
        var children = node switch
        {
            JsonObject { Count: > 0 } fields => fields.Select(field => field.Value),
            JsonArray { Count: > 0 } items => items,
            _ => null,
        };
        return children is null ? [] : [node, .. children.OfType<JsonNode>().SelectMany(Containers)];
    }

    private static JsonNode? Value(JsonNode? old, Random random) => random.Next(11) switch
    {
        0 => null,
        1 => JsonValue.Create(Pick(Cells, random)),
        2 => JsonValue.Create(random.Next(-3, 12)),
        3 => JsonValue.Create(long.MaxValue),
        4 => JsonValue.Create(-1.5),
        5 => JsonValue.Create(1e308),
        6 => JsonValue.Create(random.Next(2) == 0),
        7 => new JsonArray(),
        8 => new JsonObject(),
        9 => JsonValue.Create(old?.ToString() ?? ""),
        _ => old is JsonValue scalar && scalar.TryGetValue<string>(out var text)
            ? JsonValue.Create(Text(text, random))
            : new JsonArray(old?.DeepClone()),
    };

    /// <summary>The first key of an object a second time, with another value: legal JSON whose meaning is not defined.</summary>
    private static string DoubledKey(string text, Random random)
    {
        var start = text.IndexOf('"', StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf('"', start + 1);
        return end < 0 || !text[..start].TrimEnd().EndsWith('{')
            ? text
            : text.Insert(start, $"{text[start..(end + 1)]}: {random.Next(5)}, ");
    }

    private static void ChangeLine(List<string> lines, char separator, Random random)
    {
        var k = random.Next(lines.Count);
        var cells = lines[k].Split(separator).ToList();
        var cell = random.Next(cells.Count);
        switch (random.Next(11))
        {
            case 0 when lines.Count > 1:
                lines.RemoveAt(k);
                return;
            case 1:
                lines.Insert(random.Next(lines.Count + 1), lines[k]);
                return;
            case 2:
                lines.Insert(k, "");
                return;
            case 3:
                lines.Add("");
                return;
            case 4:
                (lines[0], lines[k]) = (lines[k], lines[0]);
                return;
            case 5:
                cells.RemoveAt(cell);
                break;
            case 6:
                cells.Insert(cell, Pick(Cells, random));
                break;
            case 7:
                (cells[0], cells[cell]) = (cells[cell], cells[0]);
                break;
            case 8:
                cells[cell] = Text(cells[cell], random);
                break;
            case 9:
                cells[cell] = $"\"{cells[cell]}";
                break;
            default:
                cells[cell] = Pick(Cells, random);
                break;
        }

        lines[k] = string.Join(separator, cells);
    }

    private static string Pick(IReadOnlyList<string> values, Random random) => values[random.Next(values.Count)];
}
