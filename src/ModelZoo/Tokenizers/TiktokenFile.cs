using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace ModelZoo.Tokenizers;

/// <summary>Reads tiktoken files: a token a line, in base64, with its rank, which is its id.</summary>
internal static class TiktokenFile
{
    /// <summary>The bytes of the tokens in the order of their ranks.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="count">The number of tokens that it has to have.</param>
    /// <exception cref="InvalidDataException">The file is damaged, truncated, of another kind or of another size.</exception>
    public static IReadOnlyList<byte[]> Parse(byte[] bytes, int count)
    {
        if (bytes.AsSpan().ContainsAnyExceptInRange((byte)'\n', (byte)'~'))
        {
            throw new InvalidDataException(
                "found bytes that are no text, expected a tiktoken file: a token in base64 and its rank a line.");
        }

        var tokens = new List<byte[]>(count);
        var lines = new Dictionary<string, int>(count, StringComparer.Ordinal);
        var text = Encoding.ASCII.GetString(bytes);
        foreach (var line in (text.EndsWith('\n') ? text[..^1] : text).Split('\n'))
        {
            var problem = Read(line, tokens.Count) is not { } token ? $"found '{Shortened(line)}', expected a token in base64 and the rank"
                : !lines.TryAdd(line.Split(' ')[0], tokens.Count) ? $"found the token of rank {lines[line.Split(' ')[0]]} again as"
                : Keep(token);
            if (problem is not null)
            {
                throw new InvalidDataException(FormattableString.Invariant($"line {tokens.Count + 1}: {problem} {tokens.Count}."));
            }
        }

        if (tokens.Count != count)
        {
            throw new InvalidDataException($"found {tokens.Count} tokens, expected {count}.");
        }

        var missing = Enumerable.Range(0, byte.MaxValue + 1)
            .Except(tokens.Where(token => token.Length == 1).Select(token => (int)token[0]));
        return !missing.Any()
            ? tokens
            : throw new InvalidDataException(
                $"found no token for the byte 0x{missing.First():X2} among {count}, expected one for each byte.");

        string? Keep(byte[] token)
        {
            tokens.Add(token);
            return null;
        }
    }

    private static byte[]? Read(string line, int rank)
    {
        var parts = line.Split(' ');
        return parts.Length == 2 && parts[1] == rank.ToString(CultureInfo.InvariantCulture)
            && parts[0].Length > 0 && Base64.IsValid(parts[0])
            ? Convert.FromBase64String(parts[0])
            : null;
    }

    private static string Shortened(string line) => line.Length <= 60 ? line : $"{line[..60]}...";
}
