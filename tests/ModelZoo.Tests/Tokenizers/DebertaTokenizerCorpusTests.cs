using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using ModelZoo.Tokenizers;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>The published vocabulary on real text: hashes of the fast tokenizer's ids (tests/fixtures/tokenizers/README.md).</summary>
public sealed class DebertaTokenizerCorpusTests
{
    [RealDataFact("tokenizers", "deberta-v3", "spm.model")]
    public void Every_string_of_the_real_data_sets_has_the_ids_of_the_fast_tokenizer()
    {
        var tokenizer = DebertaTokenizer.Load(RepositoryPaths.RealData("tokenizers", "deberta-v3", "spm.model")!);
        using var fixture = JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("tokenizers", "corpus_hashes.json")));
        var chunkSize = fixture.RootElement.GetProperty("chunk").GetInt32();
        var corpora = fixture.RootElement.GetProperty("tokenizers").GetProperty("deberta-v3").EnumerateObject()
            .Where(corpus => RepositoryPaths.RealData(corpus.Name.Split('/')) is not null)
            .ToArray();

        Assert.NotEmpty(corpora);
        Assert.All(corpora, corpus =>
        {
            var ids = Texts(corpus.Name).Select(tokenizer.Encode).ToArray();
            Assert.Equal(corpus.Value.GetProperty("tokens").GetInt32(), ids.Sum(row => row.Length));
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
