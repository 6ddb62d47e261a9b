using FsCheck;
using FsCheck.Fluent;
using Tasks.MicroGlue;
using Training.Randomness;

namespace Tasks.Tests.MicroGlue;

/// <summary>What the changes of a clause do, for clauses of any seed.</summary>
public sealed class ClauseTests
{
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithReplay(5, 7);
    private static readonly Lexicon Words = Lexicon.Load();

    [Fact]
    public void Synonyms_keep_the_meaning() => ForAnyClause((clause, edits) =>
    {
        var again = edits.Synonyms(clause, 100);
        return again.Subject.Noun.Concept == clause.Subject.Noun.Concept && again.Verb.Concept == clause.Verb.Concept
            && again.Object.Noun.Concept == clause.Object.Noun.Concept && again.Manner?.Concept == clause.Manner?.Concept
            && again.Verb.Object == clause.Verb.Object && again.Subject.Adjective?.Concept == clause.Subject.Adjective?.Concept;
    });

    [Fact]
    public void Swapping_roles_or_numbers_twice_changes_nothing() => ForAnyClause((clause, edits) =>
        (edits.SwapRoles(clause) is not { } swapped || (swapped != clause && edits.SwapRoles(swapped) == clause))
        && (edits.SwapNumbers(clause) is not { } numbers || (numbers != clause && edits.SwapNumbers(numbers) == clause)));

    [Fact]
    public void What_is_added_can_be_dropped() => ForAnyClause((clause, edits) =>
    {
        var more = edits.Add(clause);
        if (more is not null && Modifiers(more) != Modifiers(clause) + 1)
        {
            return false;
        }

        for (var rest = more ?? clause; ;)
        {
            if (edits.Drop(rest) is not { } less)
            {
                return Modifiers(rest) == 0;
            }

            if (Modifiers(less) != Modifiers(rest) - 1)
            {
                return false;
            }

            rest = less;
        }
    });

    [Fact]
    public void Replacing_changes_one_meaning() => ForAnyClause((clause, edits) =>
        edits.ReplaceSubject(clause)!.Subject.Noun.Concept != clause.Subject.Noun.Concept
        && edits.ReplaceObject(clause)!.Object.Noun.Concept != clause.Object.Noun.Concept
        && edits.ReplaceVerb(clause)!.Verb.Concept != clause.Verb.Concept);

    [Fact]
    public void A_class_is_no_member_of_itself() => ForAnyClause((clause, edits) =>
        edits.Generalise(clause) is { } general
            && (general.Subject.Noun.IsClass || general.Object.Noun.IsClass)
            && edits.Specialise(general) is not null);

    [Fact]
    public void No_change_shows_training_a_pair_of_the_development_split() => ForAnyClause((clause, edits) =>
        new Func<Clause, Clause?>[]
        {
            edits.ReplaceSubject, edits.ReplaceVerb, edits.OppositeVerb, edits.SwapRoles, edits.Generalise,
            c => edits.Generalise(c) is { } general ? edits.Specialise(general) : null,
        }
        .All(edit => edit(clause) is not { } changed || !HeldOutCombinations.Contains(changed.Subject.Noun.Concept, changed.Verb.Concept)));

    [Fact]
    public void A_class_has_no_sibling_to_take_its_place() => ForAnyClause((clause, edits) =>
        edits.Generalise(clause) is not { } general
        || (general.Subject.Noun.IsClass ? edits.ReplaceSubject(general) : edits.ReplaceObject(general)) is null);

    [Fact]
    public void Word_orders()
    {
        var baker = Words.Nouns.Single(noun => noun.Singular == "baker");
        var lamp = Words.Nouns.Single(noun => noun.Singular == "lamp");
        var clause = new Clause(
            new NounPhrase(Determiner.The, baker),
            Words.Transitive.Single(verb => verb.Base == "buy"),
            new NounPhrase(Determiner.ThePlural, lamp))
        {
            Time = Words.Times.Single(time => time.Text == "yesterday"),
        };

        Assert.Equal("the baker bought the lamps yesterday", clause.Words());
        Assert.Equal("yesterday the lamps were bought by the baker", clause.Words(passive: true, timeFirst: true));
        Assert.Equal("the lamps were bought yesterday", clause.Words(passive: true, agent: false));
        Assert.Equal("the baker did not buy the lamps yesterday", (clause with { IsNegated = true }).Words());
        Assert.Equal("the lamps were not bought by the baker yesterday", (clause with { IsNegated = true }).Words(passive: true));
    }

    [Fact]
    public void Subjects_and_verbs_of_the_splits_are_disjoint()
    {
        var (train, development) = (Pairs(heldOut: false), Pairs(heldOut: true));
        Assert.True(train.Count > 1000 && development.Count > 300);
        Assert.Empty(train.Intersect(development));

        static HashSet<(int, int)> Pairs(bool heldOut)
        {
            var source = new ClauseSource(Words, new Pcg32(9, 9), heldOut);
            return
            [
                .. Enumerable.Range(0, 5000)
                    .Select(_ => source.Bare())
                    .Select(clause => (clause.Subject.Noun.Concept, clause.Verb.Concept)),
            ];
        }
    }

    private static int Modifiers(Clause clause) =>
        new object?[] { clause.Subject.Adjective, clause.Object.Adjective, clause.Manner, clause.Place, clause.Time }
            .Count(part => part is not null);

    private static void ForAnyClause(Func<Clause, ClauseEdits, bool> holds) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Pcg32((ulong)seed, 1);
        var source = new ClauseSource(Words, random, heldOut: false);
        return holds(source.Next(50), new ClauseEdits(Words, source, random));
    }).Check(Seeded);
}
