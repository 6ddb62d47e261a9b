using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ModelZoo.Packages;
using ModelZoo.Tokenizers;
using TorchSharp;
using Training.Data;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Bert;

/// <summary>The first 320 training pairs of MRPC, from real data, as the traces of tests/fixtures/minilm were made with.</summary>
internal sealed class MrpcBatches : IBatchSampler
{
    public const string Data = "glue/MRPC/train.tsv";

    private const int BatchSize = 16;
    private const int MaxLength = 96;

    // Of the batches that the traces were made with, a line "ids|token types|label" for each pair.
    private const string Hash = "41b48d2724f159d43eb8e9fb5e403b7784b0bcbcecebed219c3148724b688ce1";

    private readonly List<EncodedText> _pairs;
    private readonly List<long> _labels;

    public MrpcBatches()
    {
        var tokenizer = WordPieceTokenizer.Load(
            Path.Combine(PackagedModels.Folder(PackagedModel.MiniLm), WordPieceTokenizer.FileName));

        // The file itself: Tasks rebuilds the split with the pairs that this file lacks.
        var lines = File.ReadLines(RepositoryPaths.RealData(Data.Split('/'))!).Skip(1).Take(BatchesPerEpoch * BatchSize)
            .Select(line => line.Split('\t')).ToList();
        _pairs = [.. lines.Select(columns => tokenizer.Encode(columns[3], columns[4], MaxLength))];
        _labels = [.. lines.Select(columns => long.Parse(columns[0], CultureInfo.InvariantCulture))];
        var text = string.Concat(_pairs.Zip(_labels, (pair, label) =>
            $"{string.Join(' ', pair.Ids)}|{string.Join(' ', TokenTypes(pair))}|{label}\n"));
        Assert.Equal(Hash, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    public int BatchesPerEpoch => 20;

    public IReadOnlyList<int[]> Epoch(int epoch) => [.. Enumerable.Range(0, _pairs.Count).Chunk(BatchSize)];

    public (Tensor InputIds, Tensor TokenTypeIds, Tensor Mask, Tensor Labels) Batch(int[] examples)
    {
        var (ids, mask) = PaddedBatch.Collate([.. examples.Select(i => _pairs[i].Ids)], paddingId: 0).ToTensors(); // [B, T] each
        var (types, _) = PaddedBatch.Collate([.. examples.Select(i => TokenTypes(_pairs[i]))], paddingId: 0).ToTensors(); // [B, T]
        return (ids, types, mask, torch.tensor(examples.Select(i => _labels[i]).ToArray()));
    }

    private static int[] TokenTypes(EncodedText pair) => [.. pair.Ids.Select((_, i) => i < pair.FirstLength ? 0 : 1)];
}
