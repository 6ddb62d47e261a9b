using Training.Randomness;

namespace Tasks.MicroGlue;

/// <summary>Sentences about films for the pretraining text, simpler than those of <see cref="SentimentTask"/>.</summary>
/// <param name="lexicon">The words.</param>
/// <param name="random">The random numbers.</param>
internal sealed class FilmReviews(Lexicon lexicon, Pcg32 random)
{
    private const int DeniedPercent = 25;

    // {a} is a noun, {q} a judgement.
    private static readonly string[] Plain =
        ["the {a} is {q}", "the {a} is very {q}", "what a {q} {a}", "the {a} is always {q}", "everybody called the {a} {q}"];

    private static readonly string[] Denied =
    [
        "the {a} is not {q}", "the {a} is never {q}", "the {a} is far from {q}", "the {a} is hardly {q}",
        "nobody called the {a} {q}", "the {a} is anything but {q}",
    ];

    // {1} decides.
    private static readonly string[] Conceding =
        ["although {0}, {1}", "{0}, but {1}", "{1}, although {0}", "while {0}, {1}", "{0}; still {1}", "{1}, even if {0}"];

    private static readonly string[] Joining = ["{0}, and {1}", "{0}; {1}", "{1}, because {0}"];

    /// <summary>One sentence, of one part or two, and whether it praises.</summary>
    public (string Sentence, bool Praises) Next()
    {
        var praises = random.Chance(50);
        var second = Part(praises);
        var text = random.Below(10) switch
        {
            < 6 => second,
            < 8 => Join(random.Pick(Conceding), Part(!praises), second),
            _ => Join(random.Pick(Joining), Part(praises), second),
        };
        return (Morphology.Sentence(text), praises);
    }

    /// <summary>Sentences of one review, which agree.</summary>
    public string[] Review()
    {
        var praises = random.Chance(50);
        return [Morphology.Sentence(Part(praises)), Morphology.Sentence(Part(praises)), Morphology.Sentence(Part(praises))];
    }

    private static string Join(string frame, string first, string second) =>
        frame.Replace("{0}", first, StringComparison.Ordinal).Replace("{1}", second, StringComparison.Ordinal);

    private string Part(bool praises)
    {
        var isDenied = random.Chance(DeniedPercent);
        while (true)
        {
            var noun = random.Chance(70) ? random.Pick(lexicon.FilmAspects) : random.Pick(lexicon.Films);
            var quality = random.Pick(lexicon.Qualities);
            if (quality.IsLeft != isDenied == praises && !HeldOutCombinations.Contains(noun.Concept, quality.Concept))
            {
                return random.Pick(isDenied ? Denied : Plain)
                    .Replace("what a {q}", $"what {Morphology.Article(quality.Text)} {{q}}", StringComparison.Ordinal)
                    .Replace("{a}", noun.Text, StringComparison.Ordinal)
                    .Replace("{q}", quality.Text, StringComparison.Ordinal);
            }
        }
    }
}
