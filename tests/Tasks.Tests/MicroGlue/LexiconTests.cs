using Tasks.MicroGlue;

namespace Tasks.Tests.MicroGlue;

public sealed class LexiconTests
{
    private static readonly Lexicon Words = Lexicon.Load();

    [Fact]
    public void Has_several_hundred_content_words()
    {
        var texts = Words.Nouns.Select(noun => noun.Singular)
            .Concat(Words.Verbs.Select(verb => verb.Base))
            .Concat(Enum.GetValues<NounKind>().SelectMany(Words.AdjectivesOf).Select(word => word.Text))
            .Distinct();
        Assert.InRange(texts.Count(), 400, 2000);
    }

    // A word of two meanings in one place would make labels wrong.
    [Fact]
    public void A_word_has_one_meaning_in_its_place()
    {
        Unique(Words.Nouns, noun => noun.Singular);
        Unique(Words.Nouns, noun => noun.Plural);
        Unique(Words.Transitive, verb => $"{verb.Base} {verb.Object} {string.Join(',', verb.Subjects)}");
        Unique(Words.Intransitive, verb => verb.Base);
        foreach (var kind in Enum.GetValues<NounKind>())
        {
            Unique(Words.AdjectivesOf(kind), word => word.Text);
        }

        Unique(Words.Qualities, word => word.Text);
        Unique(Words.Manners, word => word.Text);
    }

    [Fact]
    public void Opposites_are_mutual_and_no_synonyms()
    {
        foreach (var verb in Words.Verbs)
        {
            Assert.All(Words.Opposites(verb), opposite => Assert.Contains(verb, Words.Opposites(opposite)));
            Assert.DoesNotContain(Words.Opposites(verb), Words.Synonyms(verb).Contains);
        }
    }

    [Fact]
    public void Every_noun_has_a_hypernym_and_a_sibling()
    {
        Assert.All(Words.Nouns.Where(noun => !noun.IsClass), noun =>
        {
            Assert.Equal(noun.Kind, Words.Hypernym(noun).Kind);
            Assert.NotEmpty(Words.Siblings(noun));
        });
    }

    [Theory]
    [InlineData("box", "boxes")]
    [InlineData("puppy", "puppies")]
    [InlineData("boy", "boys")]
    [InlineData("church", "churches")]
    [InlineData("lamp", "lamps")]
    public void Regular_plurals(string singular, string plural) => Assert.Equal(plural, Morphology.WithS(singular));

    [Theory]
    [InlineData("open", "opened")]
    [InlineData("close", "closed")]
    public void Regular_past_tense(string verb, string past) => Assert.Equal(past, Morphology.Past(verb));

    [Theory]
    [InlineData("apple", "an")]
    [InlineData("honest baker", "an")]
    [InlineData("house", "a")]
    public void Articles(string next, string article) => Assert.Equal(article, Morphology.Article(next));

    [Theory]
    [InlineData("noun person", "a kind, what it is about, a class and a colon")]
    [InlineData("noun planet star: mars", "Person, Animal, Food, Thing, Place")]
    public void A_broken_line_is_named(string line, string expected)
    {
        var error = Assert.Throws<DataFormatException>(() => new LexiconReader().Read(line, 7));
        Assert.Equal(7, error.Line);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static void Unique<T>(IEnumerable<T> items, Func<T, string> key) =>
        Assert.Empty(items.GroupBy(key).Where(group => group.Count() > 1).Select(group => group.Key));
}
