using DebertaGlue;
using Reproduction;
using Tasks.Glue;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests;

public sealed class EncodedGlueTests
{
    private const string Long = "the labour of the nation grows every year, and with it the stock, the trade and the corn of the land";
    private const string Short = "the trade grows";

    [Fact]
    public void A_long_example_is_truncated_in_its_longer_sentence()
    {
        const int maxLength = 16;
        using var scope = NewDisposeScope();
        var tokenizer = new GlueInputs(GlueOptions.Of("mini").Profile, new Inputs()).Tokenizer();
        var second = tokenizer.Encode(Short);
        var split = new GlueSplit("made up", [new GlueExample(Long, Short, 0), new GlueExample(Short, Short, 1)], 2, Note: null);
        EncodedGlue Encoded(int? most) => new(
            new GlueDataset(GlueTask.Rte, split, split),
            (first, other) => tokenizer.EncodePair(first, other!, most), tokenizer.PadTokenId, "cpu");

        var (cut, whole) = (Encoded(maxLength), Encoded(most: null));

        Assert.Equal([maxLength, whole.TrainLengths[1]], cut.TrainLengths);
        Assert.Equal(tokenizer.EncodePair(Long, Short).Length, whole.TrainLengths[0]);
        var (ids, mask, labels) = cut.TrainBatch([0]);
        Assert.Null(mask);
        Assert.Equal(0, labels.item<long>());
        var row = ids.data<long>().ToArray().Select(id => (int)id).ToArray();
        Assert.Equal(second, row[^(second.Length + 1)..^1]);
    }

    [Fact]
    public void A_batch_of_different_lengths_is_padded_and_masked()
    {
        using var scope = NewDisposeScope();
        var split = new GlueSplit("made up", [new GlueExample("a", null, 0), new GlueExample("b c", null, 1)], 2, Note: null);
        var encoded = new EncodedGlue(
            new GlueDataset(GlueTask.Sst2, split, split),
            (first, _) => [.. first.Split(' ').Select(word => (int)word[0])], paddingId: 0, "cpu");

        var (ids, mask, labels) = encoded.TrainBatch([1, 0]);

        Assert.Equal([98, 99, 97, 0], ids.data<long>().ToArray());
        Assert.Equal([1, 1, 1, 0], mask!.data<long>().ToArray());
        Assert.Equal([1, 0], labels.data<long>().ToArray());
    }
}
