using Tasks.Glue;
using Training.Randomness;

namespace Tasks.MicroGlue;

/// <summary>SST-2's shape: does a sentence praise a film? Denials and concessions turn the words around.</summary>
internal sealed class SentimentTask(Lexicon lexicon, Pcg32 random, bool heldOut) : MicroTask(lexicon, random, heldOut)
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

    public override GlueExample? Next()
    {
        var praises = Random.Chance(50);
        var second = Part(praises);
        var text = Random.Below(10) switch
        {
            < 6 => second,
            < 8 => Join(Random.Pick(Conceding), Part(!praises), second),
            _ => Join(Random.Pick(Joining), Part(praises), second),
        };
        return new GlueExample(Morphology.Sentence(text), null, praises ? 1 : 0);
    }

    /// <summary>Sentences of one review, which agree.</summary>
    public string[] Review()
    {
        var praises = Random.Chance(50);
        return [Morphology.Sentence(Part(praises)), Morphology.Sentence(Part(praises)), Morphology.Sentence(Part(praises))];
    }

    private static string Join(string frame, string first, string second) =>
        frame.Replace("{0}", first, StringComparison.Ordinal).Replace("{1}", second, StringComparison.Ordinal);

    private string Part(bool praises)
    {
        var isDenied = Random.Chance(DeniedPercent);
        while (true)
        {
            var noun = Random.Chance(70) ? Random.Pick(Lexicon.FilmAspects) : Random.Pick(Lexicon.Films);
            var quality = Random.Pick(Lexicon.Qualities);
            if (quality.IsLeft != isDenied == praises && HeldOutCombinations.Contains(noun.Concept, quality.Concept) == HeldOut)
            {
                return Random.Pick(isDenied ? Denied : Plain)
                    .Replace("what a {q}", $"what {Morphology.Article(quality.Text)} {{q}}", StringComparison.Ordinal)
                    .Replace("{a}", noun.Text, StringComparison.Ordinal)
                    .Replace("{q}", quality.Text, StringComparison.Ordinal);
            }
        }
    }
}
