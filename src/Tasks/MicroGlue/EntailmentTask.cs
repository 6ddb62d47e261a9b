using Tasks.Glue;
using Training.Randomness;

namespace Tasks.MicroGlue;

/// <summary>
/// RTE's shape: does the second sentence follow from the first, which is made of two clauses or of a clause and a witness?
/// </summary>
internal sealed class EntailmentTask(Lexicon lexicon, Pcg32 random, bool heldOut) : MicroTask(lexicon, random, heldOut)
{
    private const int Entailment = 0;
    private const int NotEntailment = 1;
    private const int ModifierPercent = 20;
    private const int SynonymPercent = 30;
    private const int WitnessPercent = 50;

    // Whoever says these things vouches for the clause ...
    private static readonly string[] Factive =
        ["knew that", "realised that", "forgot that", "discovered that", "regretted that", "was glad that"];

    // ... or leaves it open.
    private static readonly string[] Open =
        ["hoped that", "denied that", "doubted that", "imagined that", "was told that", "pretended that"];

    private static readonly string[] BothHold = ["{0} because {1}", "{0} after {1}", "although {0}, {1}", "{0} and {1}", "when {0}, {1}"];

    private static readonly string[] NeitherHolds =
        ["perhaps {0} or {1}", "it is not true that {0} or that {1}", "either {0} or {1}", "nobody knows whether {0} or {1}"];

    public override GlueExample? Next()
    {
        var (told, other) = (Source.Next(ModifierPercent), Source.Next(0));
        var label = Random.Below(2);

        // Half of the false ones hide in the frame, half in the clause.
        var holds = label == Entailment || Random.Chance(50);
        var hypothesis = label == Entailment || !holds ? Same(told) : Different(told);
        return hypothesis is null
            ? null
            : new GlueExample(Premise(told, other, holds), Render(Edits.Synonyms(hypothesis, SynonymPercent)), label);
    }

    private Clause? Same(Clause clause) => Random.Chance(50) ? clause : Edits.Any(clause, Edits.Drop, Edits.Generalise);

    private Clause? Different(Clause clause) => Edits.Any(
        clause, Edits.Add, Edits.SwapRoles, Edits.ReplaceSubject, Edits.ReplaceObject, Edits.OppositeVerb, Edits.Negate);

    private string Premise(Clause told, Clause other, bool holds)
    {
        var words = told.Words();
        if (Random.Chance(WitnessPercent))
        {
            return Morphology.Sentence($"{Random.Pick(Lexicon.Names).Text} {Random.Pick(holds ? Factive : Open)} {words}");
        }

        var frame = Random.Pick(holds ? BothHold : NeitherHolds);
        var (first, second) = Random.Chance(50) ? (words, other.Words()) : (other.Words(), words);
        return Morphology.Sentence(frame.Replace("{0}", first, StringComparison.Ordinal).Replace("{1}", second, StringComparison.Ordinal));
    }
}
