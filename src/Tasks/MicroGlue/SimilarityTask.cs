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
        var (second, score) = (first, Best);
        var changes = Random.Shuffled<(Func<Clause, Clause?> Edit, int Cost)>(
        [
            (Edits.Drop, Modifier), (Edits.Add, Modifier), (Edits.ReplaceTime, Modifier), (Edits.Generalise, Related / 2),
            (Edits.ReplaceSubject, Related), (Edits.ReplaceObject, Related), (Edits.OppositeVerb, Other), (
                Edits.OppositeAdjective, Related),
            (Edits.ReplaceVerb, Other), (OtherSubject, Other), (OtherObject, Other), (Edits.SwapRoles, Other), (Edits.Negate, Other),
        ]);
        foreach (var (edit, cost) in changes.Take(Random.Pick(ChangeCounts)))
        {
            if (edit(second) is { } changed)
            {
                (second, score) = (changed, score - cost);
            }
        }

        score = Math.Clamp(score + Random.Below((2 * Jitter) + 1) - Jitter, 0, Best);
        return new GlueExample(Render(first), Render(Edits.Synonyms(second, SynonymPercent)), score / 10f);
    }

    private Clause? OtherSubject(Clause clause) =>
        Edits.Allowed(clause with { Subject = clause.Subject with { Noun = Source.Noun(clause.Subject.Noun.Kind), Adjective = null } });

    private Clause OtherObject(Clause clause) =>
        clause with { Object = clause.Object with { Noun = Source.Noun(clause.Object.Noun.Kind), Adjective = null } };
}
