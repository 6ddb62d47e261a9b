using Tasks.Glue;
using Training.Randomness;

namespace Tasks.MicroGlue;

/// <summary>MNLI's shape: does the second sentence follow from the first, contradict it, or neither?</summary>
/// <param name="lexicon">The words.</param>
/// <param name="random">The random numbers of the split.</param>
/// <param name="heldOut">Whether this is the development split.</param>
/// <param name="anyTimeContradicts">
/// Whether times that can be the same contradict each other too ("on Monday", "last month"), as they do in the pretraining text.
/// </param>
internal sealed class InferenceTask(Lexicon lexicon, Pcg32 random, bool heldOut, bool anyTimeContradicts = false)
    : MicroTask(lexicon, random, heldOut)
{
    private const int Entailment = 0;
    private const int Neutral = 1;
    private const int Contradiction = 2;
    private const int ModifierPercent = 25;
    private const int SynonymPercent = 35;
    private const int NegatedPercent = 35;
    private const int GeneralPercent = 25;

    public override GlueExample? Next()
    {
        var premise = Source.Next(ModifierPercent) with { IsNegated = Random.Chance(NegatedPercent) };
        if (Random.Chance(GeneralPercent))
        {
            premise = Edits.Generalise(premise)!;
        }

        var label = Random.Below(3);
        var hypothesis = label switch
        {
            Entailment => Follow(premise),
            Neutral => Edits.Any(premise, NotFollow, NotFollow, Edits.SwapRoles, Edits.ReplaceSubject, Edits.ReplaceObject),
            _ => Contradict(premise),
        };
        return hypothesis is null ? null : new GlueExample(Render(premise), Render(Edits.Synonyms(hypothesis, SynonymPercent)), label);
    }

    // What happened to a thing happened to its class, and less detail is still true; where nothing happened it is the other way round.
    private Clause? Follow(Clause clause) => clause.IsNegated
        ? Edits.Any(clause, Edits.Add, Edits.Specialise)
        : Edits.Any(clause, Edits.Drop, Edits.Generalise);

    private Clause? NotFollow(Clause clause) => clause.IsNegated
        ? Edits.Any(clause, Edits.Drop, Edits.Generalise)
        : Edits.Any(clause, Edits.Add, Edits.Specialise);

    // A denial contradicts all that follows from what is denied, and what it follows from.
    private Clause? Contradict(Clause clause)
    {
        if (clause.IsNegated)
        {
            return Edits.Negate(Random.Chance(50) ? clause : Edits.Add(clause) ?? clause);
        }

        var followed = Random.Chance(50) ? Follow(clause) : clause;
        return followed is null ? null
            : Edits.Any(followed, Edits.Negate, Edits.OppositeVerb, Edits.OppositeManner, ReplaceTime, Edits.ReplacePlace);
    }

    private Clause? ReplaceTime(Clause clause) =>
        Edits.ReplaceTime(clause) is { } changed && (anyTimeContradicts || Exclude(clause.Time!.Text, changed.Time!.Text)) ? changed : null;

    // Two days of a week, or two seasons.
    private static bool Exclude(string first, string second) =>
        first[..3] == second[..3] && first[..3] is ("on " or "in ");
}
