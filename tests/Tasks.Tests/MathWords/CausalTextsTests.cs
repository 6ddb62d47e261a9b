using Tasks.MathWords;
using TorchSharp;
using Training.Data;

namespace Tasks.Tests.MathWords;

public sealed class CausalTextsTests
{
    private static readonly string[] Texts = ["abcd", "e~", "fghijk"];

    [Fact]
    public void Training_texts_have_the_authors_labels() =>
        Assert.Equal("question: Q? answer: A\n#### 1", new WordProblem("Q?", "A\n#### 1").TrainingText);

    [Fact]
    public void Llama_3_pads_on_the_right_and_padding_is_not_predicted()
    {
        using var scope = torch.NewDisposeScope();
        var texts = Create(PaddingSide.Right, maxLength: 6);

        var batch = texts.Batch([0, 1, 2]);

        Assert.Equal(["^abcd~", "^e~~~~", "^fghij"], Rows(batch.InputIds));
        Assert.Equal(["111110", "111000", "111111"], Mask(batch));
        // A padding id within a text is not predicted either.
        Assert.Equal(["^abcd_", "^e____", "^fghij"], Labels(batch));
        Assert.Equal(4 + 1 + 5, batch.PredictedTokens);
        Assert.Equal(1, texts.TruncatedCount);
        Assert.All(texts.Ids, ids => Assert.Equal([CharacterCodec.Bos], ids.Where(id => id == CharacterCodec.Bos)));
    }

    [Fact]
    public void Mistral_pads_on_the_left_and_predicts_BOS_from_padding()
    {
        using var scope = torch.NewDisposeScope();

        var batch = Create(PaddingSide.Left, maxLength: 6).Batch([0, 1, 2]);

        Assert.Equal(["~^abcd", "~~~^e~", "^fghij"], Rows(batch.InputIds));
        Assert.Equal(["011111", "000111", "111111"], Mask(batch));
        Assert.Equal(["_^abcd", "___^e_", "^fghij"], Labels(batch));
        Assert.Equal(5 + 2 + 5, batch.PredictedTokens);
    }

    [Fact]
    public void Texts_without_BOS_begin_with_their_own_tokens_and_equal_lengths_need_no_mask()
    {
        using var scope = torch.NewDisposeScope();
        var settings = new CausalTextSettings { MaxLength = 4, Side = PaddingSide.Right };
        var texts = new CausalTexts(Texts, CharacterCodec.Create(hasBos: false), settings, "cpu");

        var batch = texts.Batch([2, 0]);

        Assert.Equal(["fghi", "abcd"], Rows(batch.InputIds));
        Assert.Null(batch.AttentionMask);
    }

    [Fact]
    public void Groups_are_padded_to_their_longest_text_before_batches_are_drawn()
    {
        using var scope = torch.NewDisposeScope();
        var texts = Create(PaddingSide.Left, maxLength: 6, groupSize: 2);

        Assert.Equal(["~~^e~"], Rows(texts.Batch([1]).InputIds));
        Assert.Equal(["^fghij"], Rows(texts.Batch([2]).InputIds));
        Assert.Equal(["~~~^e~", "^fghij"], Rows(texts.Batch([1, 2]).InputIds));
    }

    [Fact]
    public void A_length_that_leaves_nothing_to_predict_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(PaddingSide.Left, maxLength: 1));

    private static CausalTexts Create(PaddingSide side, int maxLength, int? groupSize = null) => new(
        Texts, CharacterCodec.Create(hasBos: true),
        new CausalTextSettings { MaxLength = maxLength, Side = side, GroupSize = groupSize }, "cpu");

    private static string[] Rows(torch.Tensor ids) =>
    [
        .. Enumerable.Range(0, (int)ids.shape[0]).Select(row => string.Concat(ids[row].data<long>().Select(id => id < 0 ? '_' : (char)id))),
    ];

    private static string[] Labels(CausalBatch batch) => Rows(batch.Labels);

    private static string[] Mask(CausalBatch batch) => Rows(batch.AttentionMask!.add('0'));
}
