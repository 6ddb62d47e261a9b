using Tasks.MathWords;
using TorchSharp;

namespace Tasks.Tests.MathWords;

public sealed class HeldOutAnswersTests
{
    private static readonly WordProblem[] Problems = [new("a", "bc"), new("dd", "e"), new("f", "ghij")];

    [Fact]
    public void Answers_are_predicted_after_prompts_without_BOS()
    {
        var seen = new List<(string Text, string Predicted)>();
        var losses = Answers().Evaluate(2, batch => Losses(batch, seen));

        Assert.Equal(
            [("Question: f\nAnswer: ghij", " ghij"), ("Question: dd\nAnswer: e", " e"), ("Question: a\nAnswer: bc~~", " bc")],
            seen.Order(Comparer<(string, string)>.Create((left, right) => string.CompareOrdinal(right.Item1, left.Item1))));
        Assert.Equal([new DocumentLoss(20, 3), new(30, 2), new(10, 5)], losses.Documents);
        Assert.Equal(6, losses.Mean);
    }

    [Fact]
    public void A_loss_that_is_not_a_number_stays_one()
    {
        var losses = Answers().Evaluate(
            1, batch => [.. Losses(batch, []).Select(loss => (loss.Tokens == 2 ? double.NaN : 1, loss.Tokens))]);

        Assert.Equal([1, double.NaN, 1], losses.Documents.Select(document => document.Sum));
        Assert.Equal(double.NaN, losses.Mean);
    }

    [Fact]
    public void Another_number_of_tokens_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Answers().Evaluate(1, _ => [(1.0, 5L)]));
        Assert.Contains("Found the loss of 5 tokens for document 0, expected that of the 3 of its answer", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new HeldOutAnswers([], CharacterCodec.Create(hasBos: true), "cpu"));
    }

    private static HeldOutAnswers Answers() => new(Problems, CharacterCodec.Create(hasBos: true), "cpu");

    private static List<(double Sum, long Tokens)> Losses(CausalBatch batch, List<(string, string)> seen)
    {
        var losses = new List<(double, long)>();
        for (var row = 0; row < batch.InputIds.shape[0]; row++)
        {
            var labels = batch.Labels[row].data<long>().ToArray();
            var predicted = labels.Where(id => id != CausalBatch.Ignored).Select(id => (int)id).ToList();
            var ids = batch.InputIds[row].data<long>().ToArray();
            Assert.Equal(predicted.Select(id => (long)id), ids.Where((_, i) => labels[i] != CausalBatch.Ignored));
            Assert.Equal(
                ids.Select(id => id == CharacterCodec.Eos ? 0L : 1),
                batch.AttentionMask?[row].data<long>().ToArray() ?? [.. ids.Select(_ => 1L)]);
            seen.Add((CharacterCodec.Text([.. ids.Select(id => (int)id)]), CharacterCodec.Text(predicted)));
            losses.Add((predicted.Count switch { 2 => 30, 3 => 20, _ => 10 }, predicted.Count));
        }

        return losses;
    }
}
