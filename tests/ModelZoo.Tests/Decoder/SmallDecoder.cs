using ModelZoo.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

/// <summary>A decoder of a few thousand weights.</summary>
internal static class SmallDecoder
{
    public static DecoderConfig Config { get; } = DecoderConfig.SmolLm2_135M with
    {
        VocabSize = 97,
        HiddenSize = 32,
        IntermediateSize = 48,
        NumHiddenLayers = 3,
        NumAttentionHeads = 4,
        NumKeyValueHeads = 2,
        HeadDim = 8,
        MaxPositionEmbeddings = 256,
        TieWordEmbeddings = false,
        PadTokenId = null,
        InitializerRange = 0.2,
    };

    public static DecoderForCausalLm Create(DecoderConfig? config = null)
    {
        using var generator = new Generator(3);
        return new DecoderForCausalLm(config ?? Config, generator);
    }

    /// <summary>Ids, [B, T].</summary>
    public static Tensor Ids(long batch, long length, ulong seed = 5)
    {
        using var generator = new Generator(seed);
        return randint(Config.VocabSize, [batch, length], dtype: ScalarType.Int64, generator: generator);
    }

    /// <summary>Takes steps and generates, and checks that no more tensors live afterwards.</summary>
    public static void AssertNoTensorsAreLeft(DecoderForCausalLm model)
    {
        Step();
        var before = Tensor.TotalCount;
        for (var i = 0; i < 3; i++)
        {
            Step();
        }

        Assert.Equal(before, Tensor.TotalCount);

        void Step()
        {
            using var scope = NewDisposeScope();
            model.Loss(Ids(2, 12), null, Ids(2, 12)).backward();
            model.zero_grad();
            _ = GreedyGenerator.Generate(model, [[1, 2, 3], [4]], new GenerationConfig { MaxNewTokens = 4 });
        }
    }
}
