using Training.Randomness;

namespace Tasks.MicroGlue;

/// <summary>
/// Changes of a clause, grouped by what they do to its meaning. A change that does not fit a clause gives null, and so does one
/// that would show the training split a subject and a verb of the development split.
/// </summary>
internal sealed class ClauseEdits(Lexicon lexicon, ClauseSource source, Pcg32 random)
{
    /// <summary>Applies one of the changes that fit, chosen at random; null where none does.</summary>
    public Clause? Any(Clause clause, params Func<Clause, Clause?>[] edits) =>
        random.Shuffled(edits).Select(edit => edit(clause)).FirstOrDefault(changed => changed is not null);

    /// <summary>The clause, unless only the other split may have it.</summary>
    public Clause? Allowed(Clause clause) => source.MayShow(clause.Subject.Noun, clause.Verb) ? clause : null;

    /// <summary>Exchanges words for synonyms, each that has some with this chance.</summary>
    public Clause Synonyms(Clause clause, int percent) => clause with
    {
        Subject = Synonyms(clause.Subject, percent),
        Verb = random.Chance(percent) && lexicon.Synonyms(clause.Verb) is { Count: > 0 } verbs ? random.Pick(verbs) : clause.Verb,
        Object = Synonyms(clause.Object, percent),
        Manner = Synonym(clause.Manner, percent),
        Place = clause.Place is null ? null : Synonyms(clause.Place, percent),
    };

    /// <summary>Says less: leaves out an adjective, the manner, the place or the time.</summary>
    public Clause? Drop(Clause clause) => Any(
        clause,
        c => c.Subject.Adjective is null ? null : c with { Subject = c.Subject with { Adjective = null } },
        c => c.Object.Adjective is null ? null : c with { Object = c.Object with { Adjective = null } },
        c => c.Manner is null ? null : c with { Manner = null },
        c => c.Place is null ? null : c with { Place = null },
        c => c.Time is null ? null : c with { Time = null });

    /// <summary>Says more: adds an adjective, a manner, a place or a time.</summary>
    public Clause? Add(Clause clause) => Any(
        clause,
        c => c.Subject.Adjective is null ? c with { Subject = WithAdjective(c.Subject) } : null,
        c => c.Object.Adjective is null ? c with { Object = WithAdjective(c.Object) } : null,
        c => c.Manner is null ? c with { Manner = random.Pick(lexicon.Manners) } : null,
        c => c.Place is null ? c with { Place = source.Place() } : null,
        c => c.Time is null ? c with { Time = random.Pick(lexicon.Times) } : null);

    /// <summary>Names the class of the subject or the object.</summary>
    public Clause? Generalise(Clause clause) => Any(
        clause,
        c => c.Subject.Noun.IsClass ? null : Allowed(c with { Subject = c.Subject with { Noun = lexicon.Hypernym(c.Subject.Noun) } }),
        c => c.Object.Noun.IsClass ? null : c with { Object = c.Object with { Noun = lexicon.Hypernym(c.Object.Noun) } });

    /// <summary>Names a member of the class instead of the class.</summary>
    public Clause? Specialise(Clause clause) => Any(
        clause,
        c => c.Subject.Noun.IsClass ? WithSubject(c) : null,
        c => c.Object.Noun.IsClass ? c with { Object = c.Object with { Noun = random.Pick(lexicon.Siblings(c.Object.Noun)) } } : null);

    /// <summary>Exchanges who did it and to whom, where the verb allows both.</summary>
    public Clause? SwapRoles(Clause clause) =>
        clause.Verb.Subjects.Contains(clause.Object.Noun.Kind) && clause.Verb.Object == clause.Subject.Noun.Kind
        ? Allowed(clause with { Subject = clause.Object, Object = clause.Subject })
        : null;

    /// <summary>Exchanges the numbers of subject and object.</summary>
    public Clause? SwapNumbers(Clause clause) => clause.Subject.Determiner == clause.Object.Determiner ? null : clause with
    {
        Subject = clause.Subject with { Determiner = clause.Object.Determiner },
        Object = clause.Object with { Determiner = clause.Subject.Determiner },
    };

    /// <summary>Another subject of the same class; a class has no other member than its own.</summary>
    public Clause? ReplaceSubject(Clause clause) => clause.Subject.Noun.IsClass ? null : WithSubject(clause);

    /// <summary>Another object of the same class; a class has no other member than its own.</summary>
    public Clause? ReplaceObject(Clause clause) =>
        clause.Object.Noun.IsClass
            ? null
            : clause with { Object = clause.Object with { Noun = random.Pick(lexicon.Siblings(clause.Object.Noun)) } };

    /// <summary>Another verb of the same frame with another meaning.</summary>
    public Clause? ReplaceVerb(Clause clause)
    {
        var verbs = lexicon.Transitive
            .Where(verb => verb.Object == clause.Verb.Object && verb.Subjects.Contains(clause.Subject.Noun.Kind)
                           && verb.Concept != clause.Verb.Concept && verb.Concept != clause.Verb.Opposite
                           && source.MayShow(clause.Subject.Noun, verb))
            .ToList();
        return verbs.Count == 0 ? null : clause with { Verb = random.Pick(verbs) };
    }

    /// <summary>Another time.</summary>
    public Clause? ReplaceTime(Clause clause) =>
        clause.Time is null ? null : clause with { Time = random.Pick([.. lexicon.Times.Where(time => time != clause.Time)]) };

    /// <summary>Another place.</summary>
    public Clause? ReplacePlace(Clause clause) =>
        clause.Place is null ? null : clause with { Place = clause.Place with { Noun = random.Pick(lexicon.Siblings(clause.Place.Noun)) } };

    /// <summary>Denies what was said, or the other way round.</summary>
    public Clause? Negate(Clause clause) => clause with { IsNegated = !clause.IsNegated };

    /// <summary>The opposite of what was done.</summary>
    public Clause? OppositeVerb(Clause clause) =>
        lexicon.Opposites(clause.Verb) is { Count: > 0 } verbs ? Allowed(clause with { Verb = random.Pick(verbs) }) : null;

    /// <summary>The opposite of how it was done.</summary>
    public Clause? OppositeManner(Clause clause) =>
        clause.Manner is { } manner && lexicon.Opposites(manner) is { Count: > 0 } manners
            ? clause with { Manner = random.Pick(manners) }
            : null;

    /// <summary>The opposite of an adjective.</summary>
    public Clause? OppositeAdjective(Clause clause) => Any(
        clause,
        c => Opposite(c.Subject) is { } subject ? c with { Subject = subject } : null,
        c => Opposite(c.Object) is { } target ? c with { Object = target } : null);

    private Clause? WithSubject(Clause clause)
    {
        var nouns = lexicon.Siblings(clause.Subject.Noun).Where(noun => source.MayShow(noun, clause.Verb)).ToList();
        return nouns.Count == 0 ? null : clause with { Subject = clause.Subject with { Noun = random.Pick(nouns) } };
    }

    private NounPhrase WithAdjective(NounPhrase phrase) => phrase with { Adjective = random.Pick(lexicon.AdjectivesOf(phrase.Noun.Kind)) };

    private NounPhrase? Opposite(NounPhrase phrase) =>
        phrase.Adjective is { } adjective && lexicon.Opposites(adjective) is { Count: > 0 } opposites
            ? phrase with { Adjective = random.Pick(opposites) }
            : null;

    private NounPhrase Synonyms(NounPhrase phrase, int percent) => phrase with
    {
        Noun = random.Chance(percent) && lexicon.Synonyms(phrase.Noun) is { Count: > 0 } nouns ? random.Pick(nouns) : phrase.Noun,
        Adjective = Synonym(phrase.Adjective, percent),
    };

    private Adjective? Synonym(Adjective? word, int percent) =>
        word is not null && random.Chance(percent) && lexicon.Synonyms(word) is { Count: > 0 } words ? random.Pick(words) : word;
}
