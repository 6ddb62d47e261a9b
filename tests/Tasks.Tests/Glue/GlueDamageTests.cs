using SpectralExperiments.Tests;
using Tasks.Glue;

namespace Tasks.Tests.Glue;

/// <summary>Small defects that files of other writers have: blank lines, doubled fields, numbered classes.</summary>
public sealed class GlueDamageTests
{
    private const string RteHeader = "index\tsentence1\tsentence2\tlabel\n";
    private const string RteRow = "0\ta\tb\tentailment\n";
    private const string MrpcHeader = "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n";
    private const string MnliLine = "{\"sentence1\": \"a\", \"sentence2\": \"b\", \"label\": \"neutral\"}\n";

    [Theory]
    [InlineData("\n")]
    [InlineData("\n\n")]
    [InlineData("  \n")]
    [InlineData("\r\n\r\n")]
    [InlineData("\n ")]
    public void Blank_lines_at_the_end_are_no_examples_in_any_format(string end)
    {
        using var folder = new TemporaryFolder();
        folder.Write("RTE/train.tsv", RteHeader + RteRow + end);
        folder.Write("RTE/dev.tsv", RteHeader + RteRow + RteRow + end);
        folder.Write("CoLA/train.tsv", "gj04\t1\t\tOne more.\n" + end);
        folder.Write("CoLA/dev.tsv", "gj04\t1\t\tYes.\n" + end);
        folder.Write("MRPC/msr_paraphrase_train.txt", MrpcHeader + "1\t10\t11\tA\tB\n0\t20\t21\tC\tD\n" + end);
        folder.Write("MRPC/dev_ids.tsv", "20\t21\n" + end);
        folder.Write("MNLI/train-9k.jsonl", MnliLine + end);
        folder.Write("MNLI/heldout-1k.jsonl", MnliLine + MnliLine + end);

        Assert.Equal((1, 2), Sizes(GlueTask.Rte));
        Assert.Equal((1, 1), Sizes(GlueTask.Cola));
        Assert.Equal((1, 1), Sizes(GlueTask.Mrpc));
        Assert.Equal((1, 2), Sizes(GlueTask.Mnli));

        (int, int) Sizes(GlueTask task)
        {
            var data = GlueDataset.Load(task, folder.Root);
            return (data.Train.Examples.Count, data.Development.Examples.Count);
        }
    }

    [Fact]
    public void A_blank_line_between_examples_is_refused_by_its_number()
    {
        using var folder = new TemporaryFolder();
        folder.Write("RTE/train.tsv", RteHeader + RteRow + "\n" + RteRow);
        folder.Write("MNLI/train-9k.jsonl", MnliLine + "\n" + MnliLine);

        Assert.Contains("line 3: found 1 column", Message(GlueTask.Rte, folder));
        Assert.Contains("line 2: found text that is not JSON", Message(GlueTask.Mnli, folder));
    }

    [Theory]
    [InlineData("label", "\"entailment\"")]
    [InlineData("label", "\"neutral\"")]
    [InlineData("sentence1", "\"other\"")]
    [InlineData("sentence2", "\"other\"")]
    public void A_key_of_an_example_that_is_given_twice_is_refused(string key, string value)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("MNLI/train-9k.jsonl", MnliLine + MnliLine.Replace("}", $", \"{key}\": {value}}}"));

        Assert.Equal($"{path}, line 2: found the key '{key}' twice, expected it once", Message(GlueTask.Mnli, folder));
    }

    [Fact]
    public void A_key_that_is_not_read_may_stand_twice()
    {
        using var folder = new TemporaryFolder();
        folder.Write("MNLI/train-9k.jsonl", MnliLine.Replace("}", ", \"id\": 1, \"id\": 2}"));
        folder.Write("MNLI/heldout-1k.jsonl", MnliLine);

        Assert.Single(GlueDataset.Load(GlueTask.Mnli, folder.Root).Train.Examples);
    }

    [Fact]
    public void A_column_that_the_header_names_twice_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("RTE/train.tsv", "label\tsentence1\tsentence2\tlabel\nentailment\ta\tb\tnot_entailment\n");

        Assert.Equal($"{path}, line 1: found the column 'label' twice, expected it once", Message(GlueTask.Rte, folder));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("2.0")]
    public void Numbers_in_place_of_the_names_of_classes_are_refused_with_the_reason(string label)
    {
        using var folder = new TemporaryFolder();
        folder.Write("MNLI/train-9k.jsonl", MnliLine.Replace("\"neutral\"", label));
        folder.Write("RTE/train.tsv", RteHeader + RteRow.Replace("entailment", label));

        const string reason = " by name: data sets number the classes in different orders, so a number does not say which one is meant";
        Assert.EndsWith(
            $"line 1: found the label '{label}', expected one of entailment, neutral, contradiction{reason}",
            Message(GlueTask.Mnli, folder));
        Assert.EndsWith(
            $"line 2: found the label '{label}', expected one of entailment, not_entailment{reason}", Message(GlueTask.Rte, folder));
    }

    private static string Message(GlueTask task, TemporaryFolder folder) =>
        Assert.Throws<DataFormatException>(() => GlueDataset.Load(task, folder.Root)).Message;
}
