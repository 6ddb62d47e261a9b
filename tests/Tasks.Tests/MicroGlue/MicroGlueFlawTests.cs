using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Tasks.Glue;
using Tasks.MicroGlue;
using Training.Randomness;

namespace Tasks.Tests.MicroGlue;

/// <summary>What the labels have to agree with: English, and the meaning of the words.</summary>
public sealed partial class MicroGlueFlawTests
{
    private const string Women = "aunt|grandmother|grandma|girl";
    private const string Men = "uncle|grandfather|grandpa|boy|lad";

    private static readonly Lexicon Words = Lexicon.Load();
    private static readonly Lazy<IReadOnlyList<GlueExample>> Acceptability = new(() =>
    {
        var task = new AcceptabilityTask(Words, new Pcg32(3, 1), heldOut: false);
        return [.. Enumerable.Range(0, 20_000).Select(_ => task.Next()).OfType<GlueExample>()];
    });

    // deberta-mini was pretrained on this text: what changes is in the tasks.
    [Fact]
    public void The_first_ten_thousand_paragraphs_of_the_pretraining_text_are_pinned()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var paragraph in MicroGlueData.Text(0).Take(10_000))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Join("\n", paragraph) + "\n\n"));
        }

        Assert.Equal(
            "1059c30b349a7c035d9c81ed0fcd5e2df6f3dc00a9ee242601be19428b945e9b", Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Fact]
    public void An_acceptable_reflexive_has_the_gender_and_the_number_of_its_subject()
    {
        var reflexives = Acceptability.Value.Where(example => Reflexive().IsMatch(example.Sentence1)).ToList();

        Assert.True(reflexives.Count > 300);
        Assert.All(reflexives.Where(example => example.Label == 1), example =>
        {
            Assert.DoesNotMatch($@"^The ([a-z]+ )?({Women}) .*himself\.$", example.Sentence1);
            Assert.DoesNotMatch($@"^The ([a-z]+ )?({Men}) .*herself\.$", example.Sentence1);
        });
        Assert.Contains(reflexives, example => example.Label == 0 && Regex.IsMatch(example.Sentence1, $"^The ({Women}) .*himself"));

        // "The doctor hurt themselves" is right to many.
        var wrong = reflexives.Where(example => example.Label == 0 && example.Sentence1.EndsWith("themselves.", StringComparison.Ordinal));
        Assert.All(wrong, example => Assert.Matches($"^The ({Women}|{Men}) near", example.Sentence1));
        Assert.NotEmpty(wrong);
    }

    [Theory]
    [InlineData(@"^(What|Who) did .* (feed|teach) the ")]
    [InlineData(@" that the .* (fed|taught) (it|them) ")]
    [InlineData(@"(often|always|never|sometimes) shut the")]
    [InlineData(@"^The [a-z ]+ (lost|hired|bought|purchased|caught|tossed|chased) near the")]
    [InlineData(@"^The [a-z ]+ (served|burnt|painted|left|cooked) the (soup|broth|stew|tables|pizza) [a-z]+\.$")]
    [InlineData(@" that the .* (bought|served|showed|threw|cooked|found|sold) them ")]
    [InlineData(@"^What did .* (buy|serve|show|throw|cook|find|sell) the ")]
    [InlineData(@"^[A-Z][a-z]+ saw the .* to ")]
    [InlineData(@" (was|were) (clean|dirty|open|close|free|tame|calm|welcome) by ")]
    [InlineData(@"(did not|will|can|must|should not) found the")]
    [InlineData(@"neither .* or ")]
    [InlineData(@" (light|fat|sweet) was ")]
    [InlineData(@" (vanished|disappeared) the ")]
    [InlineData(@"^(Young|Happy|Sad|Brave|Tall|Hungry|Sick|Wild|Poor) the ")]
    public void A_sentence_that_english_accepts_is_not_labelled_unacceptable(string pattern) => Assert.DoesNotContain(
        Acceptability.Value.Where(example => example.Label == 0), example => Regex.IsMatch(example.Sentence1, pattern));

    [Fact]
    public void A_sentence_that_is_labelled_acceptable_names_two_things_and_does_not_contradict_itself()
    {
        var examples = Acceptability.Value.Where(example => example.Label == 1).Select(example => example.Sentence1).ToList();
        var opposites = Enum.GetValues<NounKind>().SelectMany(Words.AdjectivesOf)
            .SelectMany(word => Words.Opposites(word).Select(opposite => (word.Text, opposite.Text))).ToHashSet();

        Assert.DoesNotContain(examples, sentence => Regex.IsMatch(sentence, @"(both|either|neither) the ([a-z ]+) (and|or|nor) the \2\."));
        var copulas = examples.Select(sentence => Copula().Match(sentence)).Where(match => match.Success).ToList();
        Assert.True(copulas.Count > 500);
        Assert.DoesNotContain(copulas, match => opposites.Contains((match.Groups[1].Value, match.Groups[2].Value)));
    }

    // Without its verb a sentence does not show that its subject and its verb are held out.
    [Fact]
    public void Every_sentence_has_its_verb()
    {
        var verbs = Words.Verbs.SelectMany(verb => new[] { verb.Base, verb.Past, verb.Participle, verb.ThirdPerson }).ToHashSet();

        Assert.All(Acceptability.Value, example => Assert.True(
            example.Sentence1.TrimEnd('.', '?').Split(' ').Any(verbs.Contains), example.Sentence1));
    }

    [Fact]
    public void A_training_sentence_shows_no_subject_of_an_intransitive_verb_that_is_held_out()
    {
        var nouns = Words.Nouns.SelectMany(noun => new[] { (noun.Singular, noun), (noun.Plural, noun) })
            .DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1, pair => pair.noun);
        var ends = Acceptability.Value.Select(example => Gap().Match(example.Sentence1)).Where(match => match.Success).ToList();

        Assert.True(ends.Count > 200);
        Assert.All(ends, match =>
        {
            var words = match.Groups[1].Value.Split(' ');
            var head = Enumerable.Range(0, words.Length).Select(start => string.Join(' ', words[start..])).First(nouns.ContainsKey);
            var verb = Words.Intransitive.First(verb => verb.Past == match.Groups[2].Value);
            Assert.False(HeldOutCombinations.Contains(nouns[head].Concept, verb.Concept), match.Value);
        });
    }

    [Fact]
    public void Every_question_of_the_development_split_about_somebody_has_a_sentence_that_names_who_it_was()
    {
        var data = MicroGlueData.Generate(GlueTask.Qnli, 0);

        Assert.All(
            data.Development.Examples.Where(example => example.Sentence1.StartsWith("Who ", StringComparison.Ordinal)),
            example => Assert.False(IsAgentless(example.Sentence2!), example.Sentence2));
        Assert.Contains(data.Train.Examples, example => IsAgentless(example.Sentence2!));

        static bool IsAgentless(string sentence) => (sentence.Contains(" was ", StringComparison.Ordinal)
            || sentence.Contains(" were ", StringComparison.Ordinal)) && !sentence.Contains(" by ", StringComparison.Ordinal);
    }

    [Fact]
    public void Changes_that_leave_the_words_as_they_were_cost_nothing()
    {
        var things = Words.Nouns.Where(noun => noun.Kind is NounKind.Thing or NounKind.Food)
            .SelectMany(noun => new[] { noun.Singular, noun.Plural }).ToHashSet();
        var task = new SimilarityTask(Words, new Pcg32(5, 1), heldOut: false);
        var examples = Enumerable.Range(0, 4_000).Select(_ => task.Next()).OfType<GlueExample>().ToList();

        // Nobody exchanges roles with a thing.
        var same = examples.Where(example =>
            Bag(example.Sentence1).Overlaps(things) && Bag(example.Sentence1).SetEquals(Bag(example.Sentence2!))).ToList();
        Assert.True(same.Count > 30, $"{same.Count}");
        Assert.All(same, example => Assert.InRange(example.Label, 4.7f, 5f));

        static HashSet<string> Bag(string sentence) =>
            [.. sentence.ToLowerInvariant().TrimEnd('.').Split(' ').Where(word => word is not ("was" or "were" or "by"))];
    }

    [GeneratedRegex(@"(himself|herself|themselves)\.$")]
    private static partial Regex Reflexive();

    [GeneratedRegex(@"^The ([a-z]+) [a-z]+ that [a-z ]+ (?:is|are) ([a-z]+)\.$")]
    private static partial Regex Copula();

    [GeneratedRegex(@"^The ((?:[a-z]+ )*?[a-z]+) that the .* (vanished|fell|disappeared)\.$")]
    private static partial Regex Gap();
}
