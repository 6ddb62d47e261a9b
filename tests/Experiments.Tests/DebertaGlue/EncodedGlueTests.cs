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
        var tokenizer = GlueOptions.Inputs("mini").Model.Tokenizer();
        var second = tokenizer.Encode(Short);
        var split = new GlueSplit("made up", [new GlueExample(Long, Short, 0), new GlueExample(Short, Short, 1)], 2, Note: null);
        EncodedGlue Encoded(int? most) => new(
            new GlueDataset(GlueTask.Rte, split, split),
            (first, other) => (tokenizer.EncodePair(first, other!, most), 1), tokenizer.PadTokenId, "cpu");

        var (cut, whole) = (Encoded(maxLength), Encoded(most: null));

        Assert.Equal([maxLength, whole.TrainLengths[1]], cut.TrainLengths);
        Assert.Equal(tokenizer.EncodePair(Long, Short).Length, whole.TrainLengths[0]);
        var (inputs, labels) = cut.TrainBatch([0]);
        Assert.Null(inputs.Mask);
        Assert.Equal(0, labels.item<long>());
        var row = inputs.InputIds.data<long>().ToArray().Select(id => (int)id).ToArray();
        Assert.Equal(second, row[^(second.Length + 1)..^1]);
    }

    [Fact]
    public void A_batch_of_different_lengths_is_padded_and_masked()
    {
        using var scope = NewDisposeScope();
        var split = new GlueSplit("made up", [new GlueExample("a", null, 0), new GlueExample("b c", null, 1)], 2, Note: null);
        var encoded = new EncodedGlue(
            new GlueDataset(GlueTask.Sst2, split, split),
            (first, _) => ([.. first.Split(' ').Select(word => (int)word[0])], 1), paddingId: 0, "cpu");

        var (inputs, labels) = encoded.TrainBatch([1, 0]);

        Assert.Equal([98, 99, 97, 0], inputs.InputIds.data<long>().ToArray());
        Assert.Equal([1, 1, 1, 0], inputs.Mask!.data<long>().ToArray());
        Assert.Null(inputs.TokenTypeIds);
        Assert.Equal([1, 0], labels.data<long>().ToArray());
    }

    [Fact]
    public void The_second_sentence_of_a_pair_has_token_type_1_and_padding_0()
    {
        using var scope = NewDisposeScope();
        var split = new GlueSplit("made up", [new GlueExample("ab", "cd", 0), new GlueExample("a", "b", 1)], 2, Note: null);
        var encoded = new EncodedGlue(
            new GlueDataset(GlueTask.Rte, split, split),
            (first, second) => ([.. $"{first}.{second}.".Select(letter => (int)letter)], first.Length + 1), paddingId: 0, "cpu");

        var (inputs, _) = encoded.TrainBatch([0, 1]);

        Assert.Equal([0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0], inputs.TokenTypeIds!.data<long>().ToArray());
    }

    [Fact]
    public void The_order_of_an_evaluation_changes_no_prediction()
    {
        using var scope = NewDisposeScope();
        var examples = Enumerable.Range(1, 7).Select(length => new GlueExample(new string('a', 1 + (length * 3 % 7)), null, length % 2));
        var split = new GlueSplit("made up", [.. examples], 7, Note: null);
        var encoded = new EncodedGlue(
            new GlueDataset(GlueTask.Sst2, split, split), (text, _) => ([.. text.Select(letter => (int)letter)], text.Length), 0, "cpu");

        var (inOrder, byLength) = (Evaluate(byLength: false), Evaluate(byLength: true));

        Assert.Equal(inOrder.Evaluation.Predictions, byLength.Evaluation.Predictions);
        Assert.Equal([7L, 6, 1], inOrder.Lengths);
        Assert.Equal([3L, 6, 7], byLength.Lengths);

        (GlueEvaluation Evaluation, List<long> Lengths) Evaluate(bool byLength)
        {
            var lengths = new List<long>();
            var evaluation = encoded.Evaluate(3, byLength, batch =>
            {
                lengths.Add(batch.InputIds.shape[1]);
                var sum = batch.InputIds.sum(1, type: ScalarType.Float32); // [B]
                return stack([sum, sum.neg().add(400)], 1); // [B, 2]
            });
            return (evaluation, lengths);
        }
    }
}
