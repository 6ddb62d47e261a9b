using System.Text;
using System.Text.Unicode;

namespace ModelZoo.Tokenizers;

/// <summary>Reads vocab.txt.</summary>
internal static class WordPieceVocabulary
{
    /// <summary>The tokens in the order of their ids.</summary>
    /// <exception cref="InvalidDataException">The file is no text in UTF-8, is empty, or has an empty or a repeated token.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (!Utf8.IsValid(bytes))
        {
            throw new InvalidDataException($"{path}: found bytes that are no text in UTF-8, expected a token a line.");
        }

        var lines = Encoding.UTF8.GetString(bytes).Split('\n').Select(line => line.EndsWith('\r') ? line[..^1] : line).ToList();
        if (lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Length == 0)
            {
                throw new InvalidDataException(
                    FormattableString.Invariant($"{path}, line {i + 1}: found an empty line, expected a token."));
            }

            if (!seen.TryAdd(lines[i], i + 1))
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"{path}, line {i + 1}: found '{lines[i]}' again (first in line {seen[lines[i]]}), expected each token once."));
            }
        }

        return lines.Count > 0 ? lines : throw new InvalidDataException($"{path}: found no line, expected a token a line.");
    }
}
