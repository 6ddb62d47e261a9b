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

    // One can feed the dog a bone, and "the cakes that the cook served them" has no gap: a second object is no mistake.
    private static readonly HashSet<string> TakeTwoObjects =
    [
        "feed", "teach", "buy", "purchase", "sell", "lose", "find", "show", "open", "throw", "toss", "catch", "paint", "repair", "fix",
        "clean", "wash", "borrow", "return", "hire", "save", "cook", "prepare", "serve", "order", "steal",
    ];

    // "The coat was clean by the mayor" can say where.
    private static readonly HashSet<string> Adjectives = ["clean", "dirty", "open", "close", "free", "tame", "calm", "welcome"];

    // A desk light, bear fat and lemon sweets are things too.
    private static readonly HashSet<string> AlsoNouns = ["light", "fat", "sweet"];

    private static readonly HashSet<string> Women = ["aunt", "grandmother", "grandma", "girl"];
    private static readonly HashSet<string> Men = ["uncle", "grandfather", "grandpa", "boy", "lad"];
    private static readonly string[] Pronouns = ["himself", "herself", "themselves"];

    private readonly IReadOnlyList<Func<Clause, bool, string?>> _constructions;

    public AcceptabilityTask(Lexicon lexicon, Pcg32 random, bool heldOut)
        : base(lexicon, random, heldOut) => _constructions =
    [
        CopulaAcrossSubjectRelative, CopulaAcrossObjectRelative, PresentTense, PresentTense, Auxiliary, Auxiliary, DeterminerNumber,
        AdjectiveOrder, WordOrder, Frame, Reflexive, Question, Polarity, RelativeGap, Coordination, PassiveForm, Complement,
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
    private string CopulaAcrossSubjectRelative(Clause clause, bool good) =>
        $"{clause.Subject} that {clause.Verb.Past} {clause.Object} "
        + $"{Copula(clause.Subject.IsPlural == good)} {AdjectiveFor(clause.Subject)}";

    private string CopulaAcrossObjectRelative(Clause clause, bool good) =>
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
        // One can found an inn.
        if (HidesParticiple(clause.Verb) || clause.Verb.Participle == "found")
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
        var adjectives = Lexicon.AdjectivesOf(clause.Object.Noun.Kind).Where(word => !AlsoNouns.Contains(word.Text));
        var (adjective, noun) = (Random.Pick([.. adjectives]).Text, clause.Object.Noun.Singular);
        return $"the {(good ? $"{adjective} {noun}" : $"{noun} {adjective}")} was {clause.Verb.Participle} by {clause.Subject}";
    }

    private string WordOrder(Clause clause, bool good)
    {
        var words = clause.Words(passive: Random.Chance(50), timeFirst: false).Split(' ');
        if (!good)
        {
            // Two words of which one is "the" or "by": an adjective after its noun or before "the", for one, can be right.
            string?[] adjectives = [clause.Subject.Adjective?.Text, clause.Object.Adjective?.Text];
            var at = Random.Pick(
            [
                .. Enumerable.Range(0, words.Length - 1).Where(i =>
                    (IsFunction(words[i]) || IsFunction(words[i + 1])) && !adjectives.Contains(words[i + 1])),
            ]);
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

        // Magicians vanish rabbits.
        var verb = Random.Pick([.. Lexicon.Intransitive.Where(verb => verb.Base is not ("vanish" or "disappear"))]);
        var subject = clause.Subject with { Noun = Source.Person(verb), Adjective = null };
        return $"{subject} {verb.Past} {(good ? $"near {Source.Place()}" : clause.Object)}";
    }

    // Many nouns do not tell the gender; half of the subjects are of those that do.
    private string? Reflexive(Clause clause, bool good)
    {
        var verb = Random.Pick([.. Lexicon.Transitive.Where(verb => verb.Object == NounKind.Person)]);
        var noun = Random.Chance(50) ? OfKnownGender(verb) : Source.Person(verb);
        if (noun is null)
        {
            return null;
        }

        var subject = clause.Subject with { Noun = noun, Adjective = null };
        string[] fitting = subject.IsPlural ? ["themselves"]
            : Women.Contains(noun.Singular) ? ["herself"]
            : Men.Contains(noun.Singular) ? ["himself"]
            : ["himself", "herself"];

        // "The doctor hurt themselves" is right to many.
        return !good && fitting.Length > 1
            ? null
            : $"{subject} near {Source.Place()} {verb.Past} {Random.Pick(good ? fitting : [.. Pronouns.Except(fitting)])}";
    }

    private Noun? OfKnownGender(Verb verb)
    {
        Noun[] nouns =
        [
            .. Lexicon.NounsByKind[NounKind.Person].Where(noun => (Women.Contains(noun.Singular) || Men.Contains(noun.Singular))
                && HeldOutCombinations.Contains(noun.Concept, verb.Concept) == HeldOut),
        ];
        return nouns.Length == 0 ? null : Random.Pick(nouns);
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
        var nouns = Lexicon.NounsByKind[clause.Object.Noun.Kind]
            .Where(noun => !noun.IsClass && noun.Concept != clause.Object.Noun.Concept);
        var other = clause.Object with { Noun = Random.Pick([.. nouns]), Adjective = null };

        // Many say "neither ... or".
        var wrong = Random.Pick([.. new[] { "and", "or", "nor" }.Where(word => word != link && (pair, word) != ("neither", "or"))]);
        return $"{clause.Subject} {clause.Verb.Past} {pair} {clause.Object} {(good ? link : wrong)} {other}";
    }

    private static string? PassiveForm(Clause clause, bool good) =>
        HidesParticiple(clause.Verb) || Adjectives.Contains(clause.Verb.Base) ? null
        : good ? clause.Words(passive: true)
        : $"{clause.Object} {(clause.Object.IsPlural ? "were" : "was")} {clause.Verb.Base} by {clause.Subject}";

    // Not "saw": who saw the uncle to hire a cook had a purpose.
    private string Complement(Clause clause, bool good)
    {
        var name = Random.Pick(Lexicon.Names).Text;
        return Random.Chance(50)
            ? $"{name} wanted {clause.Subject} {(good ? "to " : "")}{clause.Verb.Base} {clause.Object}"
            : $"{name} let {clause.Subject} {(good ? "" : "to ")}{clause.Verb.Base} {clause.Object}";
    }

    // A sentence with "shut" does not show which form was meant.
    private static bool HidesParticiple(Verb verb) => verb.Participle == verb.Base;

    private static bool IsFunction(string word) => word is "the" or "by";

    // Neither what the phrase says already nor the opposite of it.
    private string AdjectiveFor(NounPhrase phrase) => Random.Pick(
    [
        .. Lexicon.AdjectivesOf(phrase.Noun.Kind)
            .Where(word => phrase.Adjective is not { } said || (word.Concept != said.Concept && word.Concept != said.Opposite)),
    ]).Text;

    private NounPhrase PlaceOfAnyNumber() => Source.Place() with { Determiner = Random.Pick([Determiner.The, Determiner.ThePlural]) };

    private static string Copula(bool plural) => plural ? "are" : "is";
}
