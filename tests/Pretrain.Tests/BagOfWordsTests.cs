using Pretrain.MicroGlue;
using Tasks.Glue;

namespace Pretrain.Tests;

public sealed class BagOfWordsTests
{
    [Fact]
    public void Learns_a_word_and_not_an_order()
    {
        GlueExample[] words = [.. Enumerable.Range(0, 40).Select(
            i => new GlueExample($"film {i % 5} is {(i % 2 == 0 ? "good" : "bad")}", null, i % 2 == 0 ? 1 : 0))];
        Assert.Equal(1, Accuracy(words));

        GlueExample[] orders = [.. Enumerable.Range(0, 40).Select(
            i => new GlueExample(i % 2 == 0 ? $"{i / 2} good not bad" : $"{i / 2} bad not good", null, i % 2 == 0 ? 1 : 0))];
        Assert.InRange(Accuracy(orders), 0.3, 0.7);
    }

    private static double Accuracy(GlueExample[] examples)
    {
        var model = new BagOfWords(GlueTask.Sst2, new GlueSplit("examples", examples, examples.Length, null));
        return examples.Average(example => model.Predict(example) == example.Label ? 1.0 : 0.0);
    }
}
