using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>Real text with hashes of the reference tokenizers' ids (tests/fixtures/tokenizers/README.md).</summary>
internal static class TokenizerCorpus
{
    /// <summary>Compares all ids of the text that this machine has.</summary>
    /// <param name="name">The tokenizer's name in the fixture.</param>
    /// <param name="encode">The ids of a string, without added special tokens.</param>
    public static void AssertEqual(string name, Func<string, int[]> encode)
    {
        using var fixture = JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("tokenizers", "corpus_hashes.json")));
        var chunkSize = fixture.RootElement.GetProperty("chunk").GetInt32();
        var corpora = fixture.RootElement.GetProperty("tokenizers").GetProperty(name).EnumerateObject()
            .Where(corpus => RepositoryPaths.RealData(corpus.Name.Split('/')) is not null)
            .ToArray();

        Assert.NotEmpty(corpora);
        Assert.All(corpora, corpus =>
        {
            var ids = Texts(corpus.Name).Select(encode).ToArray();
            Assert.Equal(corpus.Value.GetProperty("tokens").GetInt32(), ids.Sum(text => text.Length));
            var hashes = corpus.Value.GetProperty("chunks").EnumerateArray().Select(hash => hash.GetString());
            Assert.Equal(hashes, ids.Chunk(chunkSize).Select(Hash));
        });
    }

    private static IEnumerable<string> Texts(string corpus)
    {
        var path = RepositoryPaths.RealData(corpus.Split('/'))!;
        if (corpus.EndsWith(".jsonl", StringComparison.Ordinal))
        {
            return File.ReadLines(path).SelectMany(line =>
            {
                using var record = JsonDocument.Parse(line);
                return new[] { "question", "answer" }.Select(name => record.RootElement.GetProperty(name).GetString()!).ToArray();
            });
        }

        // ReadAllText removes the byte order mark.
        var lines = File.ReadAllText(path).Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    private static string Hash(int[][] rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var row in rows)
        {
            var bytes = new byte[sizeof(int) * (row.Length + 1)];
            foreach (var (place, id) in row.Append(-1).Index())
            {
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int) * place), id);
            }

            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
