using System.Text.RegularExpressions;
using Tasks.Glue;
using Tasks.MicroGlue;
using Training.Randomness;

namespace Tasks.Tests.MicroGlue;

/// <summary>Labels of QNLI, STS-B and SST-2 against what the words of their sentences mean.</summary>
public sealed partial class MicroGlueMeaningTests
{
    private static readonly Lexicon Words = Lexicon.Load();

    private static readonly Dictionary<string, Noun> Nouns = Words.Nouns
        .SelectMany(noun => new[] { (Text: noun.Singular, Noun: noun), (Text: noun.Plural, Noun: noun) })
        .DistinctBy(pair => pair.Text).ToDictionary(pair => pair.Text, pair => pair.Noun);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whether_somebody_is_asked_for_does_not_tell_the_label(bool heldOut)
    {
        var task = new AnswerTask(Words, new Pcg32(7, 1), heldOut);
        var labels = Enumerable.Range(0, 10_000).Select(_ => task.Next()).OfType<GlueExample>()
            .Where(example => example.Sentence1.StartsWith("Who ", StringComparison.Ordinal)).Select(example => example.Label).ToList();

        Assert.True(labels.Count > 1_000);
        Assert.InRange(labels.Average(), 0.44, 0.56);
    }

    [Fact]
    public void An_object_of_another_class_costs_more_than_one_of_the_same_class()
    {
        var pairs = Similarity().Where(pair => pair.First.Subject == pair.Second.Subject && pair.First.Verb == pair.Second.Verb
            && pair.First.Object != pair.Second.Object).ToList();

        // Synonyms of the object; members of its class or their hypernym; others.
        Assert.All([0, 1, 2], kind => Assert.True(pairs.Count(pair => Kind(pair.First.Object, pair.Second.Object) == kind) > 15));
        Assert.All(pairs, pair =>
        {
            var (least, most) = Kind(pair.First.Object, pair.Second.Object) switch
            {
                0 => (4.7f, 5f),
                1 => (3.9f, 4.9f),
                _ => (3.2f, 3.8f),
            };
            Assert.InRange(pair.Score, least, most);
        });

        static int Kind(Noun first, Noun second) => first.Concept == second.Concept ? 0 : first.Class == second.Class ? 1 : 2;
    }

    [Fact]
    public void Who_leads_is_not_scored_as_different_from_who_is_followed() => Assert.DoesNotContain(
        Similarity(), pair => pair.First.Subject.Concept == pair.Second.Object.Concept
            && pair.First.Object.Concept == pair.Second.Subject.Concept && pair.First.Verb.Opposite == pair.Second.Verb.Concept);

    [Fact]
    public void Times_that_can_be_the_same_do_not_contradict_each_other()
    {
        var task = new InferenceTask(Words, new Pcg32(13, 1), heldOut: false);
        var times = Enumerable.Range(0, 20_000).Select(_ => task.Next()).OfType<GlueExample>().Where(example => example.Label == 2)
            .Select(example => (First: Time().Match(example.Sentence1).Value, Second: Time().Match(example.Sentence2!).Value))
            .Where(pair => pair.First.Length > 0 && pair.Second.Length > 0)
            .Select(pair => (pair.First.ToLowerInvariant(), pair.Second.ToLowerInvariant()))
            .Where(pair => pair.Item1 != pair.Item2).ToList();

        Assert.True(times.Count > 50);
        Assert.All(times, pair => Assert.True(
            pair.Item1[..3] == pair.Item2[..3] && pair.Item1[..3] is ("on " or "in "), $"{pair.Item1}, {pair.Item2}"));
    }

    [Fact]
    public void A_review_reports_nothing_that_some_but_not_all_say()
    {
        var reviews = Reviews();

        Assert.True(reviews.Count(review => review.Sentence1.Contains(" that the ", StringComparison.Ordinal)) > 1_000);
        Assert.DoesNotContain(reviews, review => Quantified().IsMatch(review.Sentence1));
    }

    // Most judgements of three in four sentences of the pretraining text are those of the sentence.
    [Fact]
    public void The_judgements_of_a_review_do_not_tell_whether_it_praises()
    {
        var praises = Words.Qualities.ToDictionary(word => word.Text, word => word.IsLeft ? 1 : -1);
        var right = Reviews().Average(review => Score(review.Sentence1, review.Label == 1));

        Assert.InRange(right, 0.5, 0.65);
        var text = new FilmReviews(Words, new Pcg32(11, 1));
        Assert.True(Enumerable.Range(0, 5_000).Select(_ => text.Next()).Average(review => Score(review.Sentence, review.Praises)) > 0.7);

        double Score(string sentence, bool isPraise)
        {
            var sum = sentence.TrimEnd('.').Split(' ').Sum(word => praises.GetValueOrDefault(word.Trim(',', ';')));
            return sum == 0 ? 0.5 : sum > 0 == isPraise ? 1 : 0;
        }
    }

    private static List<GlueExample> Reviews()
    {
        var task = new SentimentTask(Words, new Pcg32(11, 1), heldOut: false);
        return [.. Enumerable.Range(0, 5_000).Select(_ => task.Next()!)];
    }

    // The pairs without adjectives, adverbs and denials, in one order of words or the other.
    private static List<(Event First, Event Second, float Score)> Similarity()
    {
        var task = new SimilarityTask(Words, new Pcg32(5, 1), heldOut: false);
        return
        [
            .. Enumerable.Range(0, 20_000).Select(_ => task.Next()).OfType<GlueExample>()
                .Select(example => (First: Read(example.Sentence1), Second: Read(example.Sentence2!), example.Label))
                .Where(pair => pair.First is not null && pair.Second is not null)
                .Select(pair => (pair.First!, pair.Second!, pair.Label)),
        ];
    }

    private static Event? Read(string sentence)
    {
        var (active, passive) = (Active().Match(sentence), Passive().Match(sentence));
        var match = passive.Success ? passive : active;
        if (!match.Success || !Nouns.TryGetValue(match.Groups[1].Value, out var first)
            || !Nouns.TryGetValue(match.Groups[3].Value, out var last))
        {
            return null;
        }

        var (subject, target) = passive.Success ? (last, first) : (first, last);
        var verb = Words.Transitive.FirstOrDefault(verb => match.Groups[2].Value == (passive.Success ? verb.Participle : verb.Past)
            && verb.Object == target.Kind && verb.Subjects.Contains(subject.Kind));
        return verb is null ? null : new Event(subject, verb, target);
    }

    [GeneratedRegex("yesterday|last (week|month|year)|on (Mon|Tues|Fri|Sun)day|in (spring|summer|autumn|winter)", RegexOptions.IgnoreCase)]
    private static partial Regex Time();

    [GeneratedRegex(@"^The ([a-z]+) ([a-z]+) the ([a-z]+)\.$")]
    private static partial Regex Active();

    [GeneratedRegex(@"^The ([a-z]+) (?:was|were) ([a-z]+) by the ([a-z]+)\.$")]
    private static partial Regex Passive();

    [GeneratedRegex(@"that (everybody|nobody|few people|the [a-z]+ (is (very|always|never|nothing)|could))")]
    private static partial Regex Quantified();

    private sealed record Event(Noun Subject, Verb Verb, Noun Object);
}
