using Training.Randomness;

namespace Tasks.MicroGlue;

/// <summary>Paragraphs of the language of MicroGlue, without any task.</summary>
internal sealed class PlainText(Lexicon lexicon, Pcg32 random)
{
    private const int ModifierPercent = 40;
    private const int SynonymPercent = 50;

    private readonly ClauseSource _source = new(lexicon, random, heldOut: false);
    private readonly FilmReviews _reviews = new(lexicon, random);
    private readonly JoinedText _joined = new(lexicon, random);

    /// <summary>One paragraph of one to three sentences.</summary>
    public string[] Next() => random.Below(20) switch
    {
        < 11 => _joined.Next(),
        < 14 => Retold(),
        < 15 => [Definition()],
        < 18 => _reviews.Review(),
        < 19 => [_reviews.Next().Sentence],
        _ => [Reported()],
    };

    private string[] Retold()
    {
        var edits = new ClauseEdits(lexicon, _source, random);
        var clause = _source.Next(ModifierPercent) with { IsNegated = random.Chance(20) };
        // The same words again teach to look for them, before others can stand for them.
        var again = random.Chance(50) ? clause : edits.Synonyms(clause, SynonymPercent);
        var less = edits.Any(again, edits.Drop, edits.Generalise) ?? again;
        return clause.IsNegated ? [Sentence(clause), Sentence(again)] : [Sentence(clause), Sentence(again), Sentence(less)];
    }

    private string Sentence(Clause clause) => Morphology.Sentence(clause.Words(random.Chance(40), random.Chance(40)));

    private string Reported()
    {
        var name = random.Pick(lexicon.Names).Text;
        var verb = random.Pick(["saw", "heard", "remembered", "knew", "said"]);
        return Morphology.Sentence($"{name} {verb} that {_source.Next(ModifierPercent).Words()}");
    }

    private string Definition()
    {
        var noun = random.Pick(lexicon.Nouns);
        var adjective = random.Pick(lexicon.AdjectivesOf(random.Pick(Enum.GetValues<NounKind>())));
        var verb = random.Pick(lexicon.Verbs);
        return random.Below(3) switch
        {
            0 when lexicon.Synonyms(noun) is { Count: > 0 } nouns => $"{With(noun)} is the same as {Article(random.Pick(nouns))}.",
            0 when !noun.IsClass => $"{With(noun)} is {Article(lexicon.Hypernym(noun))}.",
            1 when random.Chance(50) && lexicon.Synonyms(adjective) is { Count: > 0 } words => Morphology.Sentence(
                $"{adjective.Text} means {random.Pick(words).Text}"),
            1 when lexicon.Opposites(adjective) is { Count: > 0 } words => Morphology.Sentence(
                $"{adjective.Text} is the opposite of {random.Pick(words).Text}"),
            2 when random.Chance(50) && lexicon.Synonyms(verb) is { Count: > 0 } verbs => Morphology.Sentence(
                $"to {verb.Base} means to {random.Pick(verbs).Base}"),
            2 when lexicon.Opposites(verb) is { Count: > 0 } verbs => Morphology.Sentence(
                $"to {verb.Base} is the opposite of to {random.Pick(verbs).Base}"),
            _ => Morphology.Sentence($"{_source.Next(ModifierPercent).Words()}"),
        };
    }

    private static string With(Noun noun) => Morphology.Sentence(Article(noun), ' ').TrimEnd();

    private static string Article(Noun noun) => $"{Morphology.Article(noun.Singular)} {noun.Singular}";
}
