using Training.Randomness;

namespace Tasks.MicroGlue;

/// <summary>
/// Two sentences, of which the second begins with a word that relates it to the first, as English joins sentences: to predict
/// that word, a model has to compare them.
/// </summary>
internal sealed class JoinedText(Lexicon lexicon, Pcg32 random)
{
    // By the labels of the tasks that make the sentences.
    private static readonly string[] Inference = ["So", "Perhaps", "But"];
    private static readonly string[] Entailment = ["Therefore", "Yet"];
    private static readonly string[] Paraphrase = ["Also", "Thus"];
    private static readonly string[] Answer = ["Indeed", "However"];

    private static readonly string[] Praise = ["I would see it again.", "I stayed to the end.", "everybody should see it."];

    private const int ModifierPercent = 25;
    private const int SynonymPercent = 40;
    private const int MostChanges = 4;

    private readonly FilmReviews _reviews = new(lexicon, random);
    private readonly ClauseSource _source = new(lexicon, random, heldOut: false);

    private readonly (MicroTask Task, string[] Words)[] _sources =
    [
        (new InferenceTask(lexicon, random, heldOut: false, anyTimeContradicts: true), Inference),
        (new InferenceTask(lexicon, random, heldOut: false, anyTimeContradicts: true), Inference),
        (new EntailmentTask(lexicon, random, heldOut: false), Entailment),
        (new ParaphraseTask(lexicon, random, heldOut: false), Paraphrase),
        (new QuestionTask(lexicon, random, heldOut: false), Paraphrase),
        (new AnswerTask(lexicon, random, heldOut: false), Answer),
    ];

    /// <summary>The joining words.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Inference, .. Entailment, .. Paraphrase, .. Answer];

    /// <summary>One pair of sentences.</summary>
    public string[] Next() => random.Below(9) switch
    {
        < 5 => OfTask(),
        5 => Judged(),
        _ => Compared(),
    };

    private static string[] Join(string first, string word, string second) =>
        [first, $"{word} {char.ToLowerInvariant(second[0])}{second[1..]}"];

    private string[] OfTask()
    {
        while (true)
        {
            var (task, words) = random.Pick(_sources);
            if (task.Next() is { Sentence2: { } second } example)
            {
                return Join(example.Sentence1, words[(int)example.Label], second);
            }
        }
    }

    // A review, and what follows from it or goes against it.
    private string[] Judged()
    {
        var (review, praises) = _reviews.Next();
        return [review, $"{Inference[praises ? 0 : ^1]} {random.Pick(Praise)}"];
    }

    // The negative examples of the tasks differ in one thing and reword the rest, which is hard to learn from scratch: these differ in one
    // thing or in many, and half of them keep the words.
    private string[] Compared()
    {
        var same = random.Chance(50);
        var kind = random.Below(3);
        // A question has neither time nor place.
        var first = kind == 2 ? _source.Bare() : _source.Next(ModifierPercent);
        if (kind == 0)
        {
            return Join(
                AnswerTask.Ask(Reworded(same ? first : _source.Next(ModifierPercent)), random), Answer[same ? 0 : 1], Sentence(first));
        }

        var second = Reworded(same ? first : Changed(first));
        if (kind == 1)
        {
            return Join(Sentence(first), Paraphrase[same ? 1 : 0], Sentence(second));
        }

        // A question without the subject would not show that it changed.
        var frames = random.Pick([.. QuestionTask.Frames.Where(frames => frames[0].Contains("{s}", StringComparison.Ordinal))]);
        return Join(QuestionTask.Ask(random.Pick(frames), first), Paraphrase[same ? 1 : 0], QuestionTask.Ask(random.Pick(frames), second));
    }

    private Clause Reworded(Clause clause) =>
        random.Chance(50) ? clause : new ClauseEdits(lexicon, _source, random).Synonyms(clause, SynonymPercent);

    private Clause Changed(Clause clause)
    {
        var edits = new ClauseEdits(lexicon, _source, random);
        var count = 1 + random.Below(MostChanges);
        return random
            .Shuffled<Func<Clause, Clause?>>(
            [
                edits.ReplaceSubject, edits.ReplaceObject, edits.ReplaceVerb, edits.SwapRoles,
                edits.OppositeVerb, edits.ReplaceTime, edits.ReplacePlace,
            ])
            .Aggregate(
                (Clause: clause, Left: count),
                (state, edit) => state.Left > 0 && edit(state.Clause) is { } changed ? (changed, state.Left - 1) : state)
            .Clause;
    }

    private string Sentence(Clause clause) => Morphology.Sentence(clause.Words(random.Chance(40), random.Chance(40)));
}
