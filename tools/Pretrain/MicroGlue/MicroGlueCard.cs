using System.Globalization;
using System.Text;
using Reproduction;
using Tasks.Glue;
using Tasks.MicroGlue;

namespace Pretrain.MicroGlue;

/// <summary>The page about MicroGlue: sizes, baselines and examples, all of them computed.</summary>
internal static class MicroGlueCard
{
    private const int Examples = 4;

    // The seed of the data that the experiment trains on.
    private const int ResultsSeed = 0;

    private const string OtherSeed = ", whose data have another seed";

    /// <param name="seed">The seed of the data.</param>
    /// <param name="log">Receives the name of each task.</param>
    public static string Write(int seed, TextWriter log)
    {
        var page = new StringBuilder();
        page.Append(Introduction(seed));
        page.Append("| task | train | dev | words per example | classes in dev (%) | metric ");
        page.Append("| majority | bag of words | full fine-tuning |\n");
        page.Append("|---|---|---|---|---|---|---|---|---|\n");
        var fineTuned = new FullFineTuningScores(Path.Combine(RepositoryFolder.Find(), "results", "reference", "DebertaGlue", "mini"));
        var samples = new StringBuilder();
        foreach (var task in GlueTask.All)
        {
            log.Write($"{task.Folder} ");
            var data = MicroGlueData.Generate(task, seed);
            var baselines = Baselines.Of(data);
            var score = seed == ResultsSeed ? fineTuned.Of(task) : double.NaN;
            var (train, development) = (data.Train.Examples.Count, data.Development.Examples.Count);
            page.Append(CultureInfo.InvariantCulture, $"| {task.Folder} | {train} | {development} ");
            page.Append(CultureInfo.InvariantCulture, $"| {WordsPerExample(data):F1} | {Shares(data)} | {task.ReportedMetric} ");
            page.Append(CultureInfo.InvariantCulture, $"| {Percent(baselines.Majority)} | {Percent(baselines.BagOfWords)} ");
            page.Append(CultureInfo.InvariantCulture, $"| {Percent(score)} |\n");
            samples.Append(CultureInfo.InvariantCulture, $"\n## {task.Folder}\n\n");
            samples.Append(task.IsPair ? "| sentence | sentence | label |\n|---|---|---|\n" : "| sentence | label |\n|---|---|\n");
            foreach (var example in data.Development.Examples.Take(Examples))
            {
                var label = task.IsRegression
                    ? example.Label.ToString("F1", CultureInfo.InvariantCulture)
                    : task.Labels[(int)example.Label];
                samples.Append(
                    CultureInfo.InvariantCulture, $"| {example.Sentence1} | {(task.IsPair ? $"{example.Sentence2} | " : "")}{label} |\n");
            }
        }

        log.WriteLine();
        return page.Append(samples).ToString();
    }

    private static string Introduction(int seed) => FormattableString.Invariant($"""
        # MicroGlue

        Eight generated tasks in the shape of GLUE's: the same label types, metrics and order of sizes, deterministic from a seed
        (`MicroGlueData.Generate`). A grammar with a lexicon of synonyms, opposites and classes generates sentences about events in
        active and passive, changes them, and labels how the change affects the meaning.

        No example occurs twice, in one split or in both. Every development example starts from a combination of meanings (subject
        and verb; for sentiment, what is judged and the judgement) that occurs in no training sentence, nor in the generated text
        that deberta-mini was pretrained on. That text joins sentences by the rules of the tasks (SST-2's apart, and with other times as
        contradictions), so deberta-mini has seen the tasks before, in other examples. 3 % of the class labels are wrong on purpose, and
        scores carry up to 0.3 of noise, so that no model reaches 100.

        What the labels claim: both sentences of a pair are about the same event, which has one place; times contradict each other
        where they are two days of a week or two seasons. A mistake in CoLA (agreement, form of the verb, order of the words, an object
        too many or too few, pronoun, "any" and "ever" without a denial, coordination, complement) leaves no reading that is English. A
        score of STS-B is 5 less what changed, each part once at most: 0.4 for a modifier or the name of the class, 0.8 for another noun
        of the class or the opposite adjective, 1.5 for a noun of another class, another verb, a denial, or roles exchanged. In SST-2 the
        main clause decides, through denials, reports and concessions.

        This page was written by `dotnet run -c Release --project tools/Pretrain -- microglue` with seed {seed}. The bag of words is
        a logistic (for scores, linear) regression on the words of each sentence and on the words that a pair shares or does not
        share. Full fine-tuning is that of data/zoo/deberta-mini, the mean over the seeds of results/reference/DebertaGlue/mini{(seed ==
        ResultsSeed ? "" : OtherSeed)}. Scores are those of the paper's Table 1, times 100.


        """).ReplaceLineEndings("\n");

    private static double WordsPerExample(GlueDataset data) =>
        data.Train.Examples.Average(
            example => $"{example.Sentence1} {example.Sentence2}".Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);

    private static string Shares(GlueDataset data) => data.Task.IsRegression
        ? "scores 0 to 5"
        : string.Join(" / ", data.Task.Labels.Select(
            (_, label) => Percent(data.Development.Examples.Average(example => example.Label == label ? 1.0 : 0.0))));

    // A constant prediction has no correlation with anything.
    private static string Percent(double value) => double.IsNaN(value) ? "-" : (100 * value).ToString("F1", CultureInfo.InvariantCulture);
}
