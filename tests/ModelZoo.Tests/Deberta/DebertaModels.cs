using ModelZoo.Deberta;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Deberta;

/// <summary>The models and batches of the property tests.</summary>
internal static class DebertaModels
{
    public static DebertaConfig Tiny { get; } = new()
    {
        VocabSize = 50,
        HiddenSize = 24,
        IntermediateSize = 32,
        NumHiddenLayers = 2,
        NumAttentionHeads = 3,
        PositionBuckets = 8,
        MaxPositionEmbeddings = 32,
    };

    /// <summary>A model whose weights are large enough that no term of the attention vanishes.</summary>
    public static DebertaForSequenceClassification Create(ulong seed, DebertaConfig? config = null)
    {
        using var generator = new Generator(seed);
        return new DebertaForSequenceClassification((config ?? Tiny) with { InitializerRange = 0.5 }, generator);
    }

    /// <summary>Random token ids, [B, T], and the mask that belongs to the lengths.</summary>
    public static (Tensor Ids, Tensor Mask) Batch(Random random, int width, params int[] lengths)
    {
        var ids = new long[lengths.Length * width];
        var mask = new long[ids.Length];
        for (var row = 0; row < lengths.Length; row++)
        {
            for (var i = 0; i < lengths[row]; i++)
            {
                ids[(row * width) + i] = random.Next(1, Tiny.VocabSize);
                mask[(row * width) + i] = 1;
            }
        }

        return (torch.tensor(ids).view(lengths.Length, width), torch.tensor(mask).view(lengths.Length, width));
    }
}
