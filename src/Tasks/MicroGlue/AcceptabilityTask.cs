using Tasks.Glue;
using Training.Randomness;

namespace Tasks.MicroGlue;

/// <summary>CoLA's shape: is a sentence grammatical?</summary>
internal sealed class AcceptabilityTask : MicroTask
{
    // The share of acceptable sentences in CoLA.
    private const int AcceptablePercent = 70;

    // Not "lose", "hire" or "buy": one can lose near the hotel.
    private static readonly HashSet<string> NeedObject =
    [
        "damage", "find", "discover", "conceal", "greet", "welcome", "adore", "detest", "soothe", "praise", "invite", "thank", "pursue",
        "rescue", "abandon", "release", "capture", "devour",
    ];

    // One can feed the dog a bone, so that a second object is no mistake.
    private static readonly HashSet<string> TakeTwoObjects = ["feed", "teach"];

    private static readonly HashSet<string> Women = ["aunt", "grandmother", "grandma", "girl"];
    private static readonly HashSet<string> Men = ["uncle", "grandfather", "grandpa", "boy", "lad"];

    private readonly IReadOnlyList<Func<Clause, bool, string?>> _constructions;

    public AcceptabilityTask(Lexicon lexicon, Pcg32 random, bool heldOut)
        : base(lexicon, random, heldOut) => _constructions =
    [
        CopulaAcrossPlace, CopulaAcrossRelative, PresentTense, PresentTense, Auxiliary, Auxiliary, DeterminerNumber, AdjectiveOrder,
        WordOrder, Frame, Reflexive, Question, Polarity, RelativeGap, Coordination, PassiveForm, Complement,
    ];

    public override GlueExample? Next()
    {
        var acceptable = Random.Chance(AcceptablePercent);
        if (Random.Pick(_constructions)(Source.Bare(), acceptable) is not { } words)
        {
            return null;
        }

        var isQuestion = words.StartsWith("what ", StringComparison.Ordinal) || words.StartsWith("who ", StringComparison.Ordinal);
        return new GlueExample(Morphology.Sentence(words, isQuestion ? '?' : '.'), null, acceptable ? 1 : 0);
    }

    // The nearest noun has the other number as often as not.
    private string CopulaAcrossPlace(Clause clause, bool good) =>
        $"{clause.Subject} near {clause.Object} {Copula(clause.Subject.IsPlural == good)} {AdjectiveFor(clause.Subject)}";

    private string CopulaAcrossRelative(Clause clause, bool good) =>
        $"{clause.Object} that {clause.Subject} {clause.Verb.Past} {Copula(clause.Object.IsPlural == good)} {AdjectiveFor(clause.Object)}";

    private string? PresentTense(Clause clause, bool good)
    {
        // "The boy shut the lamp" is right in the past tense.
        if (clause.Verb.Past == clause.Verb.Base)
        {
            return null;
        }

        var verb = clause.Subject.IsPlural == good ? clause.Verb.Base : clause.Verb.ThirdPerson;
        return Random.Chance(50)
            ? $"{clause.Subject} {Random.Pick(["often", "always", "never", "sometimes"])} {verb} {clause.Object}"
            : $"{clause.Subject} near {PlaceOfAnyNumber()} {verb} {clause.Object}";
    }

    private string? Auxiliary(Clause clause, bool good)
    {
        if (HidesParticiple(clause.Verb))
        {
            return null;
        }

        var takesParticiple = Random.Chance(50);
        var auxiliary = takesParticiple
            ? Random.Pick(["had", "had not", "must have", "could have"])
            : Random.Pick(["did not", "will", "can", "must", "should not"]);
        return $"{clause.Subject} {auxiliary} {(takesParticiple == good ? clause.Verb.Participle : clause.Verb.Base)} {clause.Object}";
    }

    private string DeterminerNumber(Clause clause, bool good)
    {
        var plural = Random.Chance(50);
        var determiner = plural
            ? Random.Pick(["these", "those", "two", "many", "several"])
            : Random.Pick(["this", "that", "every", "one", "each"]);
        var noun = plural == good ? clause.Object.Noun.Plural : clause.Object.Noun.Singular;
        var adjective = Random.Chance(50) ? $"{Random.Pick(Lexicon.AdjectivesOf(clause.Object.Noun.Kind)).Text} " : "";
        return $"{clause.Subject} {clause.Verb.Past} {determiner} {adjective}{noun}";
    }

    // In the passive: one can serve the soup cold.
    private string AdjectiveOrder(Clause clause, bool good)
    {
        var adjective = Random.Pick(Lexicon.AdjectivesOf(clause.Object.Noun.Kind)).Text;
        var noun = clause.Object.Noun.Singular;
        return $"the {(good ? $"{adjective} {noun}" : $"{noun} {adjective}")} was {clause.Verb.Participle} by {clause.Subject}";
    }

    private string WordOrder(Clause clause, bool good)
    {
        var words = clause.Words(passive: Random.Chance(50), timeFirst: false).Split(' ');
        if (!good)
        {
            // Two words of which one is "the" or "by": an adjective after its noun, for one, can be right.
            var at = Random.Pick([.. Enumerable.Range(0, words.Length - 1).Where(i => IsFunction(words[i]) || IsFunction(words[i + 1]))]);
            (words[at], words[at + 1]) = (words[at + 1], words[at]);
        }

        return string.Join(' ', words);
    }

    // An intransitive verb takes no object, and some transitive ones do not go without.
    private string? Frame(Clause clause, bool good)
    {
        if (Random.Chance(50))
        {
            return !NeedObject.Contains(clause.Verb.Base) ? null
                : good ? clause.Words()
                : $"{clause.Subject} {clause.Verb.Past} near {Source.Place()}";
        }

        var verb = Random.Pick(Lexicon.Intransitive);
        var subject = clause.Subject with { Noun = Source.Person(verb), Adjective = null };
        return $"{subject} {verb.Past} {(good ? $"near {Source.Place()}" : clause.Object)}";
    }

    private string Reflexive(Clause clause, bool good)
    {
        var verb = Random.Pick([.. Lexicon.Transitive.Where(verb => verb.Object == NounKind.Person)]);
        var subject = clause.Subject with { Noun = Source.Person(verb), Adjective = null };
        string[] fitting = subject.IsPlural ? ["themselves"]
            : Women.Contains(subject.Noun.Singular) ? ["herself"]
            : Men.Contains(subject.Noun.Singular) ? ["himself"]
            : ["himself", "herself"];
        string[] pronouns = ["himself", "herself", "themselves"];
        return $"{subject} near {Source.Place()} {verb.Past} {Random.Pick(good ? fitting : [.. pronouns.Except(fitting)])}";
    }

    private static string? Question(Clause clause, bool good)
    {
        if (TakeTwoObjects.Contains(clause.Verb.Base))
        {
            return null;
        }

        var asked = clause.Object.Noun.Kind == NounKind.Person ? "who" : "what";
        return $"{asked} did {clause.Subject} {clause.Verb.Base}{(good ? "" : $" {clause.Object}")}";
    }

    // "ever" and "any" live under a denial.
    private string Polarity(Clause clause, bool good)
    {
        var determiner = good ? Determiner.No : Random.Pick([Determiner.Every, Determiner.The, Determiner.A]);
        var subject = clause.Subject with { Determiner = determiner };
        var rest = Random.Chance(50)
            ? $"has ever {clause.Verb.Participle} {clause.Object}"
            : $"{clause.Verb.Past} any {clause.Object.Noun.Plural}";
        return $"{subject} {rest}";
    }

    private string? RelativeGap(Clause clause, bool good)
    {
        var verbs = Lexicon.Intransitive
            .Where(verb => verb.Past is "vanished" or "fell" or "disappeared" && Source.MayShow(clause.Object.Noun, verb)).ToList();
        if (verbs.Count == 0 || TakeTwoObjects.Contains(clause.Verb.Base))
        {
            return null;
        }

        var pronoun = good ? "" : clause.Object.IsPlural ? " them" : " it";
        return $"{clause.Object} that {clause.Subject} {clause.Verb.Past}{pronoun} {Random.Pick(verbs).Past}";
    }

    private string Coordination(Clause clause, bool good)
    {
        var (pair, link) = Random.Pick<(string, string)>([("both", "and"), ("either", "or"), ("neither", "nor")]);
        var other = clause.Object with { Noun = Source.Noun(clause.Object.Noun.Kind), Adjective = null };
        var wrong = Random.Pick([.. new[] { "and", "or", "nor" }.Where(word => word != link)]);
        return $"{clause.Subject} {clause.Verb.Past} {pair} {clause.Object} {(good ? link : wrong)} {other}";
    }

    private static string? PassiveForm(Clause clause, bool good) => HidesParticiple(clause.Verb) ? null
        : good ? clause.Words(passive: true)
        : $"{clause.Object} {(clause.Object.IsPlural ? "were" : "was")} {clause.Verb.Base} by {clause.Subject}";

    private string Complement(Clause clause, bool good)
    {
        var name = Random.Pick(Lexicon.Names).Text;
        return Random.Chance(50)
            ? $"{name} wanted {clause.Subject} {(good ? "to " : "")}{clause.Verb.Base} {clause.Object}"
            : $"{name} saw {clause.Subject} {(good ? "" : "to ")}{clause.Verb.Base} {clause.Object}";
    }

    // A sentence with "shut" does not show which form was meant.
    private static bool HidesParticiple(Verb verb) => verb.Participle == verb.Base;

    private static bool IsFunction(string word) => word is "the" or "by";

    private string AdjectiveFor(NounPhrase phrase) => Random.Pick(Lexicon.AdjectivesOf(phrase.Noun.Kind)).Text;

    private NounPhrase PlaceOfAnyNumber() => Source.Place() with { Determiner = Random.Pick([Determiner.The, Determiner.ThePlural]) };

    private static string Copula(bool plural) => plural ? "are" : "is";
}
