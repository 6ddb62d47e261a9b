using System.Security.Cryptography;
using System.Text;
using Tasks.Glue;
using Training.Randomness;

namespace Tasks.MicroGlue;

/// <summary>
/// Eight generated tasks with the labels, metrics and proportions of GLUE's, for models that are too small, and machines
/// that are too slow, for GLUE itself. A seed gives the same examples on every machine.
/// </summary>
/// <remarks>
/// No example occurs twice, in one split or in both. Every example of the development split starts from a combination of meanings
/// (subject and verb; in the sentiment task, what is judged and the judgement) that occurs in no sentence of a training split.
/// </remarks>
public static class MicroGlueData
{
    private const int TextStream = 1000;

    // Enough for every kind of paragraph to occur many times.
    private const int DigestedParagraphs = 2000;

    // A few examples of the real tasks are labelled wrongly too; it keeps the best score below 100.
    private const int NoisePercent = 3;

    /// <summary>Generates one task.</summary>
    /// <param name="task">The GLUE task whose shape it has.</param>
    /// <param name="seed">The seed of the data, not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The seed is negative.</exception>
    public static GlueDataset Generate(GlueTask task, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        var lexicon = Lexicon.Load();
        var (trainSize, developmentSize) = Sizes(task);
        var seen = new HashSet<(string, string?)>();
        var development = Split("dev", heldOut: true, developmentSize);
        return new GlueDataset(task, Split("train", heldOut: false, trainSize), development);

        GlueSplit Split(string name, bool heldOut, int size)
        {
            var stream = ((ulong)Index(task) * 2) + (heldOut ? 1UL : 0UL);
            var random = new Pcg32((ulong)seed, stream);
            var source = Source(task, lexicon, random, heldOut);
            var examples = new List<GlueExample>(size);
            while (examples.Count < size)
            {
                if (source.Next() is { } example && example.Sentence1 != example.Sentence2
                    && seen.Add((example.Sentence1, example.Sentence2)))
                {
                    examples.Add(Noisy(task, example, random));
                }
            }

            return new GlueSplit($"MicroGlue/{task.Folder}/{name}", examples, size, Note: null);
        }
    }

    /// <summary>
    /// Text of the same language, for pretraining: an endless sequence of short paragraphs that express the same in several
    /// ways, define a word, or join two sentences with one of <see cref="JoiningWords"/>. It contains no
    /// combination that is reserved for the development splits.
    /// </summary>
    /// <param name="seed">The seed of the data, not negative.</param>
    /// <returns>The sentences of each paragraph.</returns>
    public static IEnumerable<IReadOnlyList<string>> Text(int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        return Paragraphs(new PlainText(Lexicon.Load(), new Pcg32((ulong)seed, TextStream)));
    }

    /// <summary>The SHA-256 of the beginning of the text, which changes with the generator.</summary>
    /// <param name="seed">The seed of <see cref="Text"/>.</param>
    public static string TextSha256(int seed)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var sentence in Text(seed).Take(DigestedParagraphs).SelectMany(paragraph => paragraph.Append("")))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(sentence + "\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The words at the start of a sentence of <see cref="Text"/> that relate it to the one before.</summary>
    public static IReadOnlyList<string> JoiningWords => JoinedText.Words;

    private static IEnumerable<IReadOnlyList<string>> Paragraphs(PlainText source)
    {
        while (true)
        {
            yield return source.Next();
        }
    }

    private static (int Train, int Development) Sizes(GlueTask task) => task.Name switch
    {
        "mnli" => (4000, 800),
        "qqp" => (4000, 800),
        "qnli" => (3000, 600),
        "sst2" => (3000, 600),
        "cola" => (3000, 600),
        "stsb" => (2000, 500),
        "mrpc" => (1500, 408),
        "rte" => (1000, 277),
        _ => throw new ArgumentException($"no generated task for '{task.Name}'", nameof(task)),
    };

    private static MicroTask Source(GlueTask task, Lexicon lexicon, Pcg32 random, bool heldOut) => task.Name switch
    {
        "mnli" => new InferenceTask(lexicon, random, heldOut),
        "qqp" => new QuestionTask(lexicon, random, heldOut),
        "qnli" => new AnswerTask(lexicon, random, heldOut),
        "sst2" => new SentimentTask(lexicon, random, heldOut),
        "cola" => new AcceptabilityTask(lexicon, random, heldOut),
        "stsb" => new SimilarityTask(lexicon, random, heldOut),
        "mrpc" => new ParaphraseTask(lexicon, random, heldOut),
        "rte" => new EntailmentTask(lexicon, random, heldOut),
        _ => throw new ArgumentException($"no generated task for '{task.Name}'", nameof(task)),
    };

    // Scores have their own noise.
    private static GlueExample Noisy(GlueTask task, GlueExample example, Pcg32 random) => task.IsRegression || !random.Chance(NoisePercent)
        ? example
        : example with { Label = ((int)example.Label + 1 + random.Below(task.OutputCount - 1)) % task.OutputCount };

    private static int Index(GlueTask task) => GlueTask.All.ToList().IndexOf(task);
}
