using System.Text;
using System.Text.Unicode;

namespace ModelZoo.Tokenizers;

/// <summary>Reads vocab.txt.</summary>
internal static class WordPieceVocabulary
{
    /// <summary>The tokens in the order of their ids.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is no text in UTF-8, is empty or truncated, or has an empty or a repeated token.
    /// </exception>
    public static IReadOnlyList<string> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (!Utf8.IsValid(bytes))
        {
            throw new InvalidDataException($"{path}: found bytes that are no text in UTF-8, expected a token a line.");
        }

        var text = Encoding.UTF8.GetString(bytes);
        if (text.StartsWith('\uFEFF'))
        {
            throw new InvalidDataException($"{path}: found a byte order mark, expected a token a line.");
        }

        var lines = text.Split('\n');
        if (lines.Length == 1)
        {
            throw new InvalidDataException($"{path}: found no line, expected a token a line.");
        }

        // transformers ends every line, so that a last one without an end is the sign of a truncated file.
        if (lines[^1].Length > 0)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"{path}, line {lines.Length}: found '{lines[^1]}' without a line end, expected one after every token."));
        }

        var tokens = lines[..^1].Select(line => line.EndsWith('\r') ? line[..^1] : line).ToList();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < tokens.Count; i++)
        {
            var problem = tokens[i].Length == 0 ? "found an empty line, expected a token"
                : tokens[i].Contains('\r') ? "found a carriage return, expected line ends of LF or CRLF"
                : !seen.TryAdd(tokens[i], i + 1)
                    ? FormattableString.Invariant(
                        $"found '{tokens[i]}' again (first in line {seen[tokens[i]]}), expected each token once")
                : null;
            if (problem is not null)
            {
                throw new InvalidDataException(FormattableString.Invariant($"{path}, line {i + 1}: {problem}."));
            }
        }

        return tokens;
    }
}
