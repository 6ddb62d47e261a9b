using Tasks.Gsm8k;
using Tasks.MathWords;

namespace Tasks.Tests.Gsm8k;

/// <summary>The protocol with a model that answers from a table.</summary>
public sealed class Gsm8kEvaluatorTests
{
    private const int LongContext = 10_000;

    [Fact]
    public void Responses_end_at_the_first_stop_string_of_the_new_text()
    {
        string[] texts =
        [
            " It is 5.\n#### 5\n\nQuestion: more\n#### 6", " question: 9 #### 1~ #### 0", " #### 2</s>Question:", "#### 3 and no end",
            " 8<|im_end|>",
        ];

        var result = Evaluate(texts, maxNewTokens: 60);

        Assert.Equal(
            [" It is 5.\n#### 5\n\n", " question: 9 #### 1", " #### 2", "#### 3 and no end" + new string('.', 43), " 8"],
            result.Predictions.Select(prediction => prediction.Response));
        Assert.Equal(
            ["Question:", "~", "</s>", null, "<|im_end|>"], result.Predictions.Select(prediction => prediction.StoppedBy));
        Assert.Equal(
            new Dictionary<string, double> { ["Question:"] = 0.2, ["~"] = 0.2, ["</s>"] = 0.2, ["<|im_end|>"] = 0.2 },
            result.StoppedShares);
        Assert.Equal(0.2, result.LengthShare);
        Assert.Equal([27, 20, 11, 60, 12], result.Predictions.Select(prediction => prediction.NewTokens));
        Assert.Equal(["5", "1", "2", "3", "[invalid]"], result.Predictions.Select(prediction => prediction.Strict.Answer));
        Assert.Equal(new Gsm8kScore(0, 0), result.StrictMatch);
        Assert.Equal(0.2, result.FlexibleExtract.ExactMatch);
        Assert.Equal(0.2, result.FlexibleExtract.StandardError, 1e-15);
        Assert.Equal(0, result.CutPrompts);
    }

    [Fact]
    public void Long_prompts_lose_their_beginning_and_are_counted()
    {
        var data = Gsm8kData.Create(tests: 4);
        var lengths = Gsm8kPrompts.Build(data).Select(document => document.Prompt.Length).ToList();
        var most = lengths.Order().ElementAt(1);
        var seen = new List<string>();
        var settings = new Gsm8kSettings { MaxLength = most + 20, MaxNewTokens = 20 };

        var result = new Gsm8kEvaluator(data, CharacterCodec.Create(hasBos: true), settings).Evaluate((prompts, count, isStopped) =>
        {
            seen.AddRange(prompts.Select(CharacterCodec.Text));
            return Gsm8kData.Answer(_ => "~")(prompts, count, isStopped);
        });

        Assert.Equal(lengths.Count(length => length > most), result.CutPrompts);
        Assert.InRange(result.CutPrompts, 1, 3);
        Assert.Equal(lengths, result.Predictions.Select(prediction => prediction.PromptTokens));
        Assert.Equal(lengths.Select(length => Math.Max(0, length - most)), result.Predictions.Select(prediction => prediction.CutTokens));
        Assert.All(seen, prompt => Assert.EndsWith("\nAnswer:", prompt));
        Assert.Equal(most, seen.Max(prompt => prompt.Length));
        // No prompt carries BOS, though the tokenizer has one.
        Assert.All(seen, prompt => Assert.DoesNotContain((char)CharacterCodec.Bos, prompt));
    }

    [Fact]
    public void Batches_have_the_longest_prompts_first()
    {
        var data = Gsm8kData.Create(tests: 7);
        var lengths = new List<int[]>();
        var settings = new Gsm8kSettings { MaxLength = LongContext, BatchSize = 3, DocumentCount = 5 };

        var result = new Gsm8kEvaluator(data, CharacterCodec.Create(hasBos: false), settings).Evaluate((prompts, count, isStopped) =>
        {
            lengths.Add([.. prompts.Select(prompt => prompt.Count)]);
            return Gsm8kData.Answer(_ => "~")(prompts, count, isStopped);
        });

        Assert.Equal([3, 2], lengths.Select(batch => batch.Length));
        Assert.Equal(lengths.SelectMany(batch => batch).OrderDescending(), lengths.SelectMany(batch => batch));
        Assert.Equal([0, 1, 2, 3, 4], result.Predictions.Select(prediction => prediction.Document));
    }

    [Fact]
    public void A_context_without_room_and_missing_sequences_are_refused()
    {
        var (data, codec) = (Gsm8kData.Create(tests: 2), CharacterCodec.Create(hasBos: false));
        var error = Assert.Throws<ArgumentException>(() => new Gsm8kEvaluator(data, codec, new Gsm8kSettings { MaxLength = 256 }));
        Assert.Contains("Found a context of 256 tokens, expected more than the 256 new ones", error.Message);
        error = Assert.Throws<ArgumentException>(
            () => new Gsm8kEvaluator(data, codec, new Gsm8kSettings { MaxLength = LongContext }).Evaluate((_, _, _) => []));
        Assert.Contains("Found 0 sequences for 2 prompts", error.Message);
    }

    private static Gsm8kEvaluation Evaluate(string[] texts, int maxNewTokens)
    {
        var settings = new Gsm8kSettings { MaxLength = LongContext, MaxNewTokens = maxNewTokens };
        return new Gsm8kEvaluator(Gsm8kData.Create(texts.Length), CharacterCodec.Create(hasBos: true), settings)
            .Evaluate(Gsm8kData.Answer(document => texts[document]));
    }
}
