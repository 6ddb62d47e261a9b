using Training.Randomness;

namespace Tasks.MicroGlue;

/// <summary>Random clauses of one split, which differ in the pairs of subject and verb.</summary>
internal sealed class ClauseSource(Lexicon lexicon, Pcg32 random, bool heldOut)
{
    private const int AdjectivePercent = 30;

    /// <summary>A clause with its place, manner and time left open.</summary>
    public Clause Bare()
    {
        while (true)
        {
            var verb = random.Pick(lexicon.Transitive);
            var subject = Noun(random.Pick(verb.Subjects));
            var target = Noun(verb.Object!.Value);
            if (subject.Concept != target.Concept && HeldOutCombinations.Contains(subject.Concept, verb.Concept) == heldOut)
            {
                return new Clause(Phrase(subject), verb, Phrase(target));
            }
        }
    }

    /// <summary>A clause with some of its place, manner and time.</summary>
    /// <param name="percent">How often each of them is there.</param>
    public Clause Next(int percent) => Bare() with
    {
        Manner = random.Chance(percent) ? random.Pick(lexicon.Manners) : null,
        Place = random.Chance(percent) ? Place() : null,
        Time = random.Chance(percent) ? random.Pick(lexicon.Times) : null,
    };

    /// <summary>Someone who does this, as a pair that belongs to this split.</summary>
    public Noun Person(Verb verb)
    {
        while (true)
        {
            var noun = Noun(NounKind.Person);
            if (HeldOutCombinations.Contains(noun.Concept, verb.Concept) == heldOut)
            {
                return noun;
            }
        }
    }

    /// <summary>
    /// Whether a sentence of this split may have this subject with this verb: training shows no pair of the development split.
    /// </summary>
    public bool MayShow(Noun subject, Verb verb) => heldOut || !HeldOutCombinations.Contains(subject.Concept, verb.Concept);

    /// <summary>A place.</summary>
    public NounPhrase Place() => Phrase(Noun(NounKind.Place));

    /// <summary>A noun that is no hypernym.</summary>
    public Noun Noun(NounKind kind) => random.Pick([.. lexicon.NounsByKind[kind].Where(noun => !noun.IsClass)]);

    private NounPhrase Phrase(Noun noun) => new(
        random.Chance(80) ? Determiner.The : Determiner.ThePlural,
        noun,
        random.Chance(AdjectivePercent) ? random.Pick(lexicon.AdjectivesOf(noun.Kind)) : null);
}
