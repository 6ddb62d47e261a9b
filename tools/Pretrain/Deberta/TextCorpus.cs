using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Training.Randomness;

namespace Pretrain.Deberta;

/// <summary>The lines of plain text files (.txt or .txt.gz): one file, or all in a folder.</summary>
internal sealed class TextCorpus
{
    // Neighbouring lines stay together, as they belong to the same text.
    private const int LinesPerBlock = 20;

    private readonly IReadOnlyList<string[]> _blocks;

    private TextCorpus(IReadOnlyList<string> files, string sha256, IReadOnlyList<string[]> blocks) =>
        (Files, Sha256, _blocks) = (files, sha256, blocks);

    /// <summary>The names of the files, without their folder.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The SHA-256 of the digests of the files, in their order.</summary>
    public string Sha256 { get; }

    /// <summary>Reads a file or a folder.</summary>
    /// <exception cref="FileNotFoundException">There is no such file or folder, or no text file in it.</exception>
    /// <exception cref="InvalidDataException">A file is empty, is not a complete gzip file, or is not UTF-8.</exception>
    public static TextCorpus Load(string path)
    {
        string[] files = File.Exists(path) ? [path]
            : Directory.Exists(path) ? TextFiles(path)
            : [];
        if (files.Length == 0)
        {
            throw new FileNotFoundException($"{path}: found no text, expected a .txt or .txt.gz file or a folder that contains one", path);
        }

        string[] names = [.. files.Select(file => Path.GetFileName(file))];
        return new TextCorpus(names, Digest(files), [.. files.SelectMany(file => Read(file).Chunk(LinesPerBlock))]);
    }

    /// <summary>All lines once, in random order of their blocks.</summary>
    public IEnumerable<string> Lines(Pcg32 random) => random.Shuffled(_blocks).SelectMany(block => block);

    private static string Digest(IEnumerable<string> files)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            using var stream = File.OpenRead(file);
            all.AppendData(SHA256.HashData(stream));
        }

        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    private static string[] TextFiles(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(IsText).Order(StringComparer.Ordinal)];

    private static bool IsText(string file) =>
        file.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".txt.gz", StringComparison.OrdinalIgnoreCase);

    private static List<string> Read(string file)
    {
        using var stream = File.OpenRead(file);
        using Stream plain = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(stream, CompressionMode.Decompress)
            : stream;
        using var reader = new StreamReader(plain, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        var lines = new List<string>();
        try
        {
            while (reader.ReadLine() is { } line)
            {
                if (!string.IsNullOrWhiteSpace(line))
                {
                    lines.Add(line);
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or DecoderFallbackException)
        {
            throw new InvalidDataException(
                $"{file}: found a damaged file after {lines.Count} lines of text ({exception.Message}), expected complete UTF-8 text",
                exception);
        }

        return lines.Count > 0 ? lines : throw new InvalidDataException($"{file}: found no text, expected at least one line");
    }
}
