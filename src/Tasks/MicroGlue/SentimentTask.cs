using Tasks.Glue;
using Training.Randomness;

namespace Tasks.MicroGlue;

/// <summary>
/// SST-2's shape: does a sentence praise a film? Denials, what somebody thinks of a judgement, and concessions turn the words around,
/// several of them in many sentences.
/// </summary>
internal sealed class SentimentTask(Lexicon lexicon, Pcg32 random, bool heldOut) : MicroTask(lexicon, random, heldOut)
{
    private const int TurnedPercent = 35;
    private const int ReportedPercent = 35;

    // {a} is a noun, {q} a judgement. Each form says that the noun is so.
    private static readonly string[] Plain =
    [
        "the {a} is very {q}", "the {a} is always {q}", "everybody called the {a} {q}", "the {a} is nothing if not {q}",
        "the {a} could not be more {q}", "nobody found the {a} less than {q}",
    ];

    // Each form says that it is not.
    private static readonly string[] Turned =
    [
        "the {a} is never {q}", "nobody called the {a} {q}", "the {a} could not be less {q}", "few people found the {a} {q}",
    ];

    // The same for what is reported: who doubts that everybody called it dull did not call it good.
    private static readonly string[] ReportedPlain = ["the {a} is {q}", "the {a} feels {q}"];
    private static readonly string[] ReportedTurned =
        ["the {a} is not {q}", "the {a} is far from {q}", "the {a} is hardly {q}", "the {a} is anything but {q}"];

    // {p} is a statement, which these agree with.
    private static readonly string[] Agreeing =
    [
        "it is true that {p}", "everybody says that {p}", "nobody doubts that {p}", "nobody would deny that {p}",
        "it would be wrong to deny that {p}", "those who say that {p} are right", "I do not doubt that {p}",
    ];

    // And these do not.
    private static readonly string[] Disagreeing =
    [
        "it is not true that {p}", "nobody says that {p}", "everybody doubts that {p}", "everybody would deny that {p}",
        "it would be wrong to say that {p}", "those who say that {p} are wrong", "I do not believe that {p}",
    ];

    // {1} decides.
    private static readonly string[] Conceding =
        ["although {0}, {1}", "{0}, but {1}", "{1}, although {0}", "while {0}, {1}", "{0}; still {1}", "{1}, even if {0}"];

    private static readonly string[] Joining = ["{0}, and {1}", "{0}; {1}", "{1}, because {0}"];

    public override GlueExample? Next()
    {
        var praises = Random.Chance(50);
        var second = Statement(praises);
        var text = Random.Below(10) switch
        {
            < 5 => second,
            < 8 => Join(Random.Pick(Conceding), Part(!praises), second),
            _ => Join(Random.Pick(Joining), Part(praises), second),
        };
        return new GlueExample(Morphology.Sentence(text), null, praises ? 1 : 0);
    }

    private static string Join(string frame, string first, string second) =>
        frame.Replace("{0}", first, StringComparison.Ordinal).Replace("{1}", second, StringComparison.Ordinal);

    private string Statement(bool praises)
    {
        if (!Random.Chance(ReportedPercent))
        {
            return Part(praises);
        }

        var agrees = Random.Chance(50);
        return Random.Pick(agrees ? Agreeing : Disagreeing)
            .Replace("{p}", Part(agrees == praises, isReported: true), StringComparison.Ordinal);
    }

    private string Part(bool praises, bool isReported = false)
    {
        var plain = isReported ? ReportedPlain : [.. Plain, .. ReportedPlain];
        var turned = isReported ? ReportedTurned : [.. Turned, .. ReportedTurned];
        var isTurned = Random.Chance(TurnedPercent);
        while (true)
        {
            // What a film has only: some forms would not fit the film itself.
            var noun = Random.Pick(Lexicon.FilmAspects);
            var quality = Random.Pick(Lexicon.Qualities);
            if (quality.IsLeft != isTurned == praises && HeldOutCombinations.Contains(noun.Concept, quality.Concept) == HeldOut)
            {
                return Random.Pick(isTurned ? turned : plain)
                    .Replace("{a}", noun.Text, StringComparison.Ordinal)
                    .Replace("{q}", quality.Text, StringComparison.Ordinal);
            }
        }
    }
}
