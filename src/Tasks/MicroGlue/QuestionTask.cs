using Tasks.Glue;
using Training.Randomness;

namespace Tasks.MicroGlue;

/// <summary>QQP's shape: do two questions ask the same?</summary>
internal sealed class QuestionTask(Lexicon lexicon, Pcg32 random, bool heldOut) : MicroTask(lexicon, random, heldOut)
{
    // The share of duplicates in QQP.
    private const int DuplicatePercent = 37;
    private const int SynonymPercent = 45;
    private const string Subject = "{s}";

    /// <summary>The frames of each kind of question. {s}, {v} and {o} are subjects, verb and objects.</summary>
    public static IReadOnlyList<string[]> Frames { get; } =
    [
        ["how do I {v} {o}", "what is the best way to {v} {o}", "how can I {v} {o}", "what should I do to {v} {o}"],
        ["why do {s} {v} {o}", "what makes {s} {v} {o}", "for what reason do {s} {v} {o}", "what is the reason that {s} {v} {o}"],
        ["where do {s} {v} {o}", "in what place do {s} {v} {o}", "what is the place where {s} {v} {o}"],
        ["when do {s} {v} {o}", "at what time do {s} {v} {o}", "what is the time when {s} {v} {o}"],
        ["how often do {s} {v} {o}", "how many times do {s} {v} {o}", "how frequently do {s} {v} {o}"],
        ["is it wise to {v} {o}", "should I {v} {o}", "is it a good idea to {v} {o}", "would you {v} {o}"],
        ["who taught {s} to {v} {o}", "from whom did {s} learn to {v} {o}", "who showed {s} how to {v} {o}"],
    ];

    public override GlueExample? Next()
    {
        var first = Source.Bare();
        var frames = Random.Pick(Frames);
        var isDuplicate = Random.Chance(DuplicatePercent);
        var second = Edits.Synonyms(first, SynonymPercent);
        var otherFrames = frames;
        if (!isDuplicate)
        {
            if (Random.Chance(30))
            {
                otherFrames = Random.Pick([.. Frames.Where(other => other != frames)]);
            }
            else
            {
                second = Edits.Any(
                    second,
                    Edits.SwapRoles, Edits.SwapRoles, Edits.ReplaceObject, Edits.ReplaceVerb, Edits.OppositeVerb, Edits.OppositeAdjective);
            }
        }

        if (second is null)
        {
            return null;
        }

        // Where the frames leave the subject out, a change of the subject is none, and what is held out does not show.
        var (one, two) = (Random.Pick(frames), Random.Pick(otherFrames));
        var showsSubject = one.Contains(Subject, StringComparison.Ordinal) || two.Contains(Subject, StringComparison.Ordinal);
        return !showsSubject && (HeldOut || (!isDuplicate && otherFrames == frames && SameDeed(first, second)))
            ? null
            : new GlueExample(Ask(one, first), Ask(two, second), isDuplicate ? 1 : 0);
    }

    /// <summary>A question of this form about a clause.</summary>
    public static string Ask(string frame, Clause clause) => Morphology.Sentence(
        frame.Replace(Subject, Bare(clause.Subject), StringComparison.Ordinal)
            .Replace("{v}", clause.Verb.Base, StringComparison.Ordinal)
            .Replace("{o}", Bare(clause.Object), StringComparison.Ordinal),
        '?');

    private static bool SameDeed(Clause one, Clause other) => one.Verb.Concept == other.Verb.Concept
        && one.Object.Noun.Concept == other.Object.Noun.Concept && one.Object.Adjective?.Concept == other.Object.Adjective?.Concept;

    private static string Bare(NounPhrase phrase) =>
        phrase.Adjective is { } adjective ? $"{adjective.Text} {phrase.Noun.Plural}" : phrase.Noun.Plural;
}
