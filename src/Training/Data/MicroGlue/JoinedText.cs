using Training.Randomness;

namespace Training.Data.MicroGlue;

/// <summary>
/// Two sentences, of which the second begins with a word that says how it goes on from the first, as English joins
/// sentences: whoever guesses that word has to compare them.
/// </summary>
internal sealed class JoinedText(Lexicon lexicon, Pcg32 random)
{
    // By the labels of the tasks that make the sentences.
    private static readonly string[] Inference = ["So", "Perhaps", "But"];
    private static readonly string[] Entailment = ["Therefore", "Yet"];
    private static readonly string[] Paraphrase = ["Also", "Thus"];
    private static readonly string[] Answer = ["Indeed", "However"];

    // What whoever liked a film says, and whoever did not.
    private static readonly string[] Dislikes = ["I would not see it again.", "I left early.", "nobody should see it."];
    private static readonly string[] Likes = ["I would see it again.", "I stayed to the end.", "everybody should see it."];

    private readonly SentimentTask reviews = new(lexicon, random, heldOut: false);

    private readonly (MicroTask Task, string[] Words)[] sources =
    [
        (new InferenceTask(lexicon, random, heldOut: false), Inference),
        (new EntailmentTask(lexicon, random, heldOut: false), Entailment),
        (new ParaphraseTask(lexicon, random, heldOut: false), Paraphrase),
        (new ParaphraseTask(lexicon, random, heldOut: false), Paraphrase),
        (new QuestionTask(lexicon, random, heldOut: false), Paraphrase),
        (new QuestionTask(lexicon, random, heldOut: false), Paraphrase),
        (new AnswerTask(lexicon, random, heldOut: false), Answer),
        (new AnswerTask(lexicon, random, heldOut: false), Answer),
    ];

    /// <summary>The joining words.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Inference, .. Entailment, .. Paraphrase, .. Answer];

    /// <summary>One pair of sentences.</summary>
    public string[] Next()
    {
        if (random.Below(sources.Length + 1) == 0)
        {
            return Judged();
        }

        while (true)
        {
            var (task, words) = random.Pick(sources);
            if (task.Next() is { Sentence2: { } second } row)
            {
                return [row.Sentence1, $"{words[(int)row.Label]} {char.ToLowerInvariant(second[0])}{second[1..]}"];
            }
        }
    }

    // A review, and what follows from it or goes against it.
    private string[] Judged()
    {
        var review = reviews.Next()!;
        var likes = random.Chance(50);
        var follows = likes == (review.Label == 1);
        return [review.Sentence1, $"{(follows ? Inference[0] : Inference[^1])} {random.Pick(likes ? Likes : Dislikes)}"];
    }
}
