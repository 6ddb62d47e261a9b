using Tasks.Glue;
using Training.Randomness;

namespace Tasks.MicroGlue;

/// <summary>QNLI's shape: does the sentence contain the answer to the question?</summary>
internal sealed class AnswerTask(Lexicon lexicon, Pcg32 random, bool heldOut) : MicroTask(lexicon, random, heldOut)
{
    private const int Entailment = 0;
    private const int NotEntailment = 1;
    private const int ModifierPercent = 35;
    private const int SynonymPercent = 25;
    private const int PassivePercent = 50;

    private enum Wanted
    {
        Who,
        What,
        Where,
        When,
        How,
    }

    public override GlueExample? Next()
    {
        var wanted = Random.Pick(Enum.GetValues<Wanted>());
        var label = Random.Below(2);
        var told = Source.Next(ModifierPercent);

        // In the development split the sentence says who did it, where the question does not: what is held out has to show.
        var mayBeMissing = wanted is not Wanted.What && !(HeldOut && wanted == Wanted.Who);
        var isMissing = label == NotEntailment && mayBeMissing && Random.Chance(50);
        told = wanted switch
        {
            Wanted.Where => told with { Place = isMissing ? null : told.Place ?? Source.Place() },
            Wanted.When => told with { Time = isMissing ? null : told.Time ?? Random.Pick(Lexicon.Times) },
            Wanted.How => told with { Manner = isMissing ? null : told.Manner ?? Random.Pick(Lexicon.Manners) },
            _ => told,
        };
        var asked = Edits.Synonyms(told, SynonymPercent);
        if (label == NotEntailment && !isMissing)
        {
            asked = Another(asked, wanted);
        }

        var passive = Random.Chance(PassivePercent) || (isMissing && wanted == Wanted.Who);
        var sentence = told.Words(passive, Random.Chance(50), agent: !passive || !isMissing || wanted != Wanted.Who);
        return asked is null
            ? null
            : new GlueExample(Morphology.Sentence(Question(asked, wanted), '?'), Morphology.Sentence(sentence), label);
    }

    // A question about another event. What is asked for is not in the question, so changing that would change nothing.
    private Clause? Another(Clause clause, Wanted wanted) => wanted switch
    {
        Wanted.Who => Edits.Any(clause, Edits.ReplaceObject, Edits.ReplaceVerb, Edits.OppositeVerb),
        Wanted.What => Edits.Any(clause, Edits.ReplaceSubject, Edits.ReplaceVerb, Edits.OppositeVerb, Edits.SwapRoles),
        _ => Edits.Any(clause, Edits.ReplaceSubject, Edits.ReplaceObject, Edits.ReplaceVerb, Edits.SwapRoles, Edits.SwapRoles),
    };

    /// <summary>A question that the clause answers.</summary>
    public static string Ask(Clause clause, Pcg32 random)
    {
        List<Wanted> told = [Wanted.Who, Wanted.What];
        told.AddRange(clause.Place is null ? [] : [Wanted.Where]);
        told.AddRange(clause.Time is null ? [] : [Wanted.When]);
        told.AddRange(clause.Manner is null ? [] : [Wanted.How]);
        return Morphology.Sentence(Question(clause, random.Pick(told)), '?');
    }

    private static string Question(Clause clause, Wanted wanted) => wanted switch
    {
        Wanted.Who => $"who {clause.Verb.Past} {clause.Object}",
        Wanted.What => $"{(clause.Object.Noun.Kind is NounKind.Person ? "whom" : "what")} did {clause.Subject} {clause.Verb.Base}",
        Wanted.Where => $"where did {clause.Subject} {clause.Verb.Base} {clause.Object}",
        Wanted.When => $"when did {clause.Subject} {clause.Verb.Base} {clause.Object}",
        _ => $"how did {clause.Subject} {clause.Verb.Base} {clause.Object}",
    };
}
