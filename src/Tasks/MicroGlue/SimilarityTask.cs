using Tasks.Glue;
using Training.Randomness;

namespace Tasks.MicroGlue;

/// <summary>STS-B's shape: how similar are two sentences in meaning, from 0 to 5?</summary>
internal sealed class SimilarityTask(Lexicon lexicon, Pcg32 random, bool heldOut) : MicroTask(lexicon, random, heldOut)
{
    private const int ModifierPercent = 25;
    private const int SynonymPercent = 40;

    // Scores in tenths, so that they are exact on every machine.
    private const int Best = 50;
    private const int Jitter = 3;

    // What a change costs.
    private const int Related = 8;
    private const int Other = 15;
    private const int Modifier = 4;

    private static readonly int[] ChangeCounts = [0, 1, 1, 2, 2, 3, 4, 5];

    public override GlueExample? Next()
    {
        var first = Source.Next(ModifierPercent);
        var (second, score, count) = (first, Best, Random.Pick(ChangeCounts));
        var done = new HashSet<string>();
        var changes = Random.Shuffled<(Func<Clause, Clause?> Edit, int Cost)>(
        [
            (Edits.Drop, Modifier), (Edits.Add, Modifier), (Edits.ReplaceTime, Modifier), (Edits.Generalise, Related / 2),
            (Edits.ReplaceSubject, Related), (Edits.ReplaceObject, Related), (Edits.OppositeVerb, Other), (
                Edits.OppositeAdjective, Related),
            (Edits.ReplaceVerb, Other), (OtherSubject, Other), (OtherObject, Other), (Edits.SwapRoles, Other), (Edits.Negate, Other),
        ]);
        foreach (var (edit, cost) in changes)
        {
            // A part that is changed twice may have its meaning again, and costs no more than the last of its changes.
            if (count > 0 && edit(second) is { } changed && Parts(second, changed) is { Count: > 0 } parts && !done.Overlaps(parts))
            {
                done.UnionWith(parts);
                (second, score, count) = (changed, score - cost, count - 1);
            }
        }

        // Who is led follows: the opposite with the roles exchanged may mean the same.
        if (second.Verb.Concept == first.Verb.Opposite && second.Subject.Noun.Concept == first.Object.Noun.Concept)
        {
            return null;
        }

        score = Math.Clamp(score + Random.Below((2 * Jitter) + 1) - Jitter, 0, Best);
        return new GlueExample(Render(first), Render(Edits.Synonyms(second, SynonymPercent)), score / 10f);
    }

    private static List<string> Parts(Clause one, Clause other)
    {
        var parts = new List<string>();
        Compare("subject", one.Subject.Noun.Concept, other.Subject.Noun.Concept);
        Compare("subject's adjective", one.Subject.Adjective?.Concept, other.Subject.Adjective?.Concept);
        Compare("verb", (one.Verb.Concept, one.IsNegated), (other.Verb.Concept, other.IsNegated));
        Compare("object", one.Object.Noun.Concept, other.Object.Noun.Concept);
        Compare("object's adjective", one.Object.Adjective?.Concept, other.Object.Adjective?.Concept);
        Compare("manner", one.Manner?.Concept, other.Manner?.Concept);
        Compare("place", one.Place?.Noun.Concept, other.Place?.Noun.Concept);
        Compare("time", one.Time?.Concept, other.Time?.Concept);
        return parts;

        void Compare<T>(string part, T before, T after)
        {
            if (!EqualityComparer<T>.Default.Equals(before, after))
            {
                parts.Add(part);
            }
        }
    }

    private Clause? OtherSubject(Clause clause) =>
        Edits.Allowed(clause with { Subject = clause.Subject with { Noun = OtherClass(clause.Subject.Noun), Adjective = null } });

    private Clause OtherObject(Clause clause) =>
        clause with { Object = clause.Object with { Noun = OtherClass(clause.Object.Noun), Adjective = null } };

    // A noun of the same class costs less, and is another change.
    private Noun OtherClass(Noun noun)
    {
        while (true)
        {
            var other = Source.Noun(noun.Kind);
            if (other.Class != noun.Class)
            {
                return other;
            }
        }
    }
}
