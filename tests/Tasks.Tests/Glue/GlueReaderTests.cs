using System.Text;
using SpectralExperiments.Tests;
using Tasks.Glue;

namespace Tasks.Tests.Glue;

public sealed class GlueReaderTests
{
    private const string RteHeader = "index\tsentence1\tsentence2\tlabel\n";
    private const string RteRow = "0\tA man sleeps.\tHe is awake.\tnot_entailment\n";
    private const string SingleSurrogate = "line 1: found an escape of one half of a surrogate pair, expected text in Unicode";
    private const string MrpcHeader = "\ufeffQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\n";

    [Fact]
    public void Fields_are_taken_as_they_stand()
    {
        using var folder = new TemporaryFolder();
        folder.Write("RTE/train.tsv", RteHeader + "0\t\"Quoted\" and \"open\t it's \" . \tentailment\n" + RteRow);
        folder.Write("RTE/dev.tsv", RteHeader + RteRow.TrimEnd('\n'));

        var data = GlueDataset.Load(GlueTask.Rte, folder.Root);

        Assert.Equal(
            [new GlueExample("\"Quoted\" and \"open", " it's \" . ", 0), new GlueExample("A man sleeps.", "He is awake.", 1)],
            data.Train.Examples);
        Assert.Single(data.Development.Examples);
        Assert.Equal(
            ["train.tsv has 2 examples, the published split 2,490", "dev.tsv has 1 examples, the published split 277"], data.Notes);
    }

    [Fact]
    public void Cola_has_no_header_and_four_columns()
    {
        using var folder = new TemporaryFolder();
        folder.Write("CoLA/train.tsv", "gj04\t1\t\tOne more.\ngj04\t0\t*\tMore one.\n");
        folder.Write("CoLA/dev.tsv", "gj04\t1\t\tYes.\n");

        var data = GlueDataset.Load(GlueTask.Cola, folder.Root);

        Assert.Equal([new GlueExample("One more.", null, 1), new GlueExample("More one.", null, 0)], data.Train.Examples);
    }

    [Fact]
    public void Subsets_stand_in_for_missing_files_and_are_reported()
    {
        using var folder = new TemporaryFolder();
        folder.Write("MNLI/train-9k.jsonl", "{\"sentence1\": \"a \\u00e9\", \"sentence2\": \"b\", \"label\": \"contradiction\"}\n");
        folder.Write("MNLI/heldout-1k.jsonl", "{\"sentence1\": \"c\", \"sentence2\": \"d\", \"label\": \"entailment\"}\n");
        folder.Write("QQP/train-9k.jsonl", "{\"sentence1\": \"a\", \"sentence2\": \"b\", \"label\": \"1\"}\n");
        folder.Write("QQP/heldout-1k.jsonl", "{\"sentence1\": \"a\", \"sentence2\": \"b\", \"label\": 0}\n");

        var mnli = GlueDataset.Load(GlueTask.Mnli, folder.Root);
        var qqp = GlueDataset.Load(GlueTask.Qqp, folder.Root);

        Assert.Equal([new GlueExample("a é", "b", 2)], mnli.Train.Examples);
        Assert.Equal("train-9k.jsonl has 1 examples, the published split 392,702", mnli.Notes[0]);
        Assert.Equal(
            "heldout-1k.jsonl has 1 examples held out of the training split, not the 9,815 of the published development split",
            mnli.Notes[1]);
        Assert.Equal((1, 0), (qqp.Train.Examples[0].Label, qqp.Development.Examples[0].Label));
    }

    [Fact]
    public void Rows_held_out_of_the_training_split_are_not_trained_on()
    {
        using var folder = new TemporaryFolder();
        const string Header = "question\tsentence\tlabel\n";
        const string HeldOut = "{\"sentence1\": \"held\", \"sentence2\": \"out\", \"label\": \"entailment\"}\n";
        folder.Write("QNLI/train.tsv", Header + "held\tout\tentailment\nkept\tin\tentailment\n");
        folder.Write("QNLI/heldout-1k.jsonl", HeldOut);

        var exception = Assert.Throws<FileNotFoundException>(() => GlueDataset.Load(GlueTask.Qnli, folder.Root));
        folder.Write("QNLI/train-9k.jsonl", HeldOut.Replace("held", "kept").Replace("out", "in"));
        var subsets = GlueDataset.Load(GlueTask.Qnli, folder.Root);
        folder.Write("QNLI/dev.tsv", Header + "published\tdev\tentailment\n");
        var published = GlueDataset.Load(GlueTask.Qnli, folder.Root);

        Assert.Contains($"found '{folder.File("QNLI", "heldout-1k.jsonl")}'", exception.Message);
        Assert.Contains(
            $"expected '{folder.File("QNLI", "train-9k.jsonl")}' beside it, or '{folder.File("QNLI", "dev.tsv")}'", exception.Message);
        Assert.Equal(["kept"], subsets.Train.Examples.Select(example => example.Sentence1));
        Assert.Equal(["held"], subsets.Development.Examples.Select(example => example.Sentence1));
        Assert.Equal(["held", "kept"], published.Train.Examples.Select(example => example.Sentence1));
        Assert.Equal(["published"], published.Development.Examples.Select(example => example.Sentence1));
    }

    [Fact]
    public void A_training_subset_goes_with_the_published_development_split()
    {
        using var folder = new TemporaryFolder();
        folder.Write("QNLI/train-9k.jsonl", "{\"sentence1\": \"a\", \"sentence2\": \"b\", \"label\": \"entailment\"}\n");
        folder.Write("QNLI/dev.tsv", "question\tsentence\tlabel\nc\td\tnot_entailment\n");

        var data = GlueDataset.Load(GlueTask.Qnli, folder.Root);

        Assert.Equal(("a", "c"), (data.Train.Examples[0].Sentence1, data.Development.Examples[0].Sentence1));
        Assert.Equal("dev.tsv has 1 examples, the published split 5,463", data.Notes[1]);
    }

    [Fact]
    public void Mrpc_pairs_that_train_tsv_lost_are_rebuilt_in_order()
    {
        using var folder = new TemporaryFolder();
        string[] rows = ["1\t10\t11\tA\tB", "0\t20\t21\tC\tD", "1\t30\t31\tE\tF", "0\t40\t41\tG\tH"];
        folder.Write("MRPC/msr_paraphrase_train.txt", MrpcHeader + string.Join('\n', rows) + "\n");
        folder.Write("MRPC/dev_ids.tsv", "30\t31\n");
        folder.Write("MRPC/train.tsv", MrpcHeader + rows[0] + "\n" + rows[3] + "\n");

        var data = GlueDataset.Load(GlueTask.Mrpc, folder.Root);

        Assert.Equal(["A", "C", "G"], data.Train.Examples.Select(example => example.Sentence1));
        Assert.Equal([new GlueExample("E", "F", 1)], data.Development.Examples);
        Assert.StartsWith("train.tsv has 2 of 3 examples; 1 rebuilt", data.Train.Note);
    }

    [Fact]
    public void Mrpc_pairs_that_contradict_their_source_are_refused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("MRPC/msr_paraphrase_train.txt", MrpcHeader + "1\t10\t11\tA\tB\n");
        folder.Write("MRPC/dev_ids.tsv", "30\t31\n");
        folder.Write("MRPC/train.tsv", MrpcHeader + "1\t10\t11\tA\tB\n1\t12\t13\tX\tY\n");

        var exception = Assert.Throws<DataFormatException>(() => GlueDataset.Load(GlueTask.Mrpc, folder.Root));

        Assert.Equal(3, exception.Line);
    }

    [Fact]
    public void Only_the_known_damage_of_the_published_qqp_files_is_dropped()
    {
        using var folder = new TemporaryFolder();
        const string Header = "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n", Row = "1\t2\t3\ta?\tb?\t0\n";
        var complete = string.Concat(Enumerable.Repeat(Row, GlueTask.Qqp.DevelopmentSize));
        folder.Write("QQP/train-9k.jsonl", "{\"sentence1\": \"a\", \"sentence2\": \"b\", \"label\": \"1\"}\n");
        var path = folder.Write("QQP/dev.tsv", Header + "1\t2\t3\tbroken\nin two\tb?\t1\n" + complete);

        var data = GlueDataset.Load(GlueTask.Qqp, folder.Root);
        folder.Write("QQP/dev.tsv", Header + "1\t2\t3\tbroken\nin two\tb?\t1\n" + Row);
        var exception = Assert.Throws<DataFormatException>(() => GlueDataset.Load(GlueTask.Qqp, folder.Root));

        Assert.Equal(GlueTask.Qqp.DevelopmentSize, data.Development.Examples.Count);
        Assert.StartsWith("2 lines broken by a line end", data.Development.Note);
        Assert.StartsWith($"{path}, line 2: found 4 columns, expected 6 columns", exception.Message);
    }

    [Theory]
    [InlineData("0\tonly three\tentailment\n", "line 3: found 3 columns, expected 4 columns (index, sentence1, sentence2, label)")]
    [InlineData("0\ta\tb\tc\tentailment\n", "line 3: found 5 columns, expected 4 columns")]
    [InlineData("\n" + RteRow, "line 3: found 1 column, expected 4 columns")]
    [InlineData("0\ta\tb\tmaybe\n", "line 3: found the label 'maybe', expected one of entailment, not_entailment")]
    public void A_broken_row_is_named_with_file_and_line(string row, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("RTE/train.tsv", RteHeader + RteRow + row);
        folder.Write("RTE/dev.tsv", RteHeader + RteRow);

        var exception = Assert.Throws<DataFormatException>(() => GlueDataset.Load(GlueTask.Rte, folder.Root));

        Assert.StartsWith($"{path}, {expected}", exception.Message);
    }

    [Theory]
    [InlineData("5.2")]
    [InlineData("-0.1")]
    [InlineData("nan")]
    [InlineData("3,5")]
    public void A_score_out_of_range_is_refused(string score)
    {
        using var folder = new TemporaryFolder();
        folder.Write("STS-B/train.tsv", $"sentence1\tsentence2\tscore\na\tb\t{score}\n");
        folder.Write("STS-B/dev.tsv", "sentence1\tsentence2\tscore\na\tb\t5.000\n");

        var exception = Assert.Throws<DataFormatException>(() => GlueDataset.Load(GlueTask.Stsb, folder.Root));

        Assert.Contains($"line 2: found the score '{score}', expected a number from 0 to 5", exception.Message);
    }

    [Theory]
    [InlineData("", "line 1: found an empty file, expected a header line")]
    [InlineData(RteHeader, "line 1: found no examples, expected at least one")]
    [InlineData(
        "index\tsentence1\tlabel\n0\ta\tentailment\n", "line 1: found the columns index, sentence1, label, expected a column 'sentence2'")]
    public void A_broken_header_is_refused(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("RTE/train.tsv", text);

        var exception = Assert.Throws<DataFormatException>(() => GlueDataset.Load(GlueTask.Rte, folder.Root));

        Assert.EndsWith(expected, exception.Message);
    }

    [Theory]
    [InlineData("{\"sentence1\": \"a\", \"label\": \"entailment\"}", "line 1: found the keys sentence1, label, expected a key 'sentence2'")]
    [InlineData(
        "{\"sentence1\": \"a\", \"sentence2\": 3, \"label\": \"entailment\"}",
        "line 1: found 'sentence2' of kind Number, expected a string")]
    [InlineData(
        "{\"sentence1\": \"a\", \"sentence2\": \"b\", \"label\": 7}",
        "line 1: found the label '7', expected one of entailment, neutral, contradiction by name: data sets number the classes in "
        + "different orders, so a number does not say which one is meant")]
    [InlineData("[1]", "line 1: found a JSON Array, expected one JSON object")]
    [InlineData("{\"sentence1\": \"a\", \"sentence2\": \"\\ud800\", \"label\": 0}", SingleSurrogate)]
    [InlineData("{\"sentence1\": \"a\", \"sentence2\": \"b\", \"label\": \"\\udc00\"}", SingleSurrogate)]
    [InlineData("{\"sentence1\": \"a\", \"\\ud800\": \"b\", \"label\": 0}", SingleSurrogate)]
    public void A_broken_json_line_is_refused(string line, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("MNLI/train-9k.jsonl", line);

        var exception = Assert.Throws<DataFormatException>(() => GlueDataset.Load(GlueTask.Mnli, folder.Root));

        Assert.EndsWith(expected, exception.Message);
    }

    [Fact]
    public void Text_that_is_no_json_and_bytes_that_are_no_utf8_are_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("MNLI/train-9k.jsonl", "{\"sentence1\": ");
        Assert.Contains("line 1: found text that is not JSON", Message());

        File.WriteAllBytes(path, [(byte)'"', 0xff, 0xfe, (byte)'"']);
        Assert.Contains("expected UTF-8 text", Message());

        string Message() => Assert.Throws<DataFormatException>(() => GlueDataset.Load(GlueTask.Mnli, folder.Root)).Message;
    }

    [Fact]
    public void A_byte_order_mark_is_skipped_and_changes_no_rule()
    {
        using var folder = new TemporaryFolder();
        var row = "{\"sentence1\": \"é\", \"sentence2\": \"b\", \"label\": \"neutral\"}\n";
        folder.Write("MNLI/heldout-1k.jsonl", row);
        var path = folder.File("MNLI", "train-9k.jsonl");
        byte[] good = Encoding.UTF8.GetBytes(row), mark = [0xef, 0xbb, 0xbf];

        File.WriteAllBytes(path, [.. mark, .. good]);
        Assert.Equal([new GlueExample("é", "b", 1)], GlueDataset.Load(GlueTask.Mnli, folder.Root).Train.Examples);

        Refused([.. mark, .. Encoding.Latin1.GetBytes(row)]);
        Refused([.. mark, .. good, 0xff]);
        Refused([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(row)]);
        Refused([.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(row)]);

        void Refused(byte[] bytes)
        {
            File.WriteAllBytes(path, bytes);
            var exception = Assert.Throws<DataFormatException>(() => GlueDataset.Load(GlueTask.Mnli, folder.Root));
            Assert.Equal(
            $"{path}, line 1: found bytes that are not UTF-8 (in this line or shortly after it), expected UTF-8 text",
            exception.Message);
        }
    }

    [Fact]
    public void Missing_data_says_how_to_get_it()
    {
        using var folder = new TemporaryFolder();
        var missingFolder = Assert.Throws<DirectoryNotFoundException>(() => GlueDataset.Load(GlueTask.Qqp, folder.Root));
        Assert.Contains("QQP-clean.zip", missingFolder.Message);
        Assert.Contains(folder.File("QQP"), missingFolder.Message);

        folder.Write("MRPC/dev_ids.tsv", "");
        var missingFile = Assert.Throws<FileNotFoundException>(() => GlueDataset.Load(GlueTask.Mrpc, folder.Root));
        Assert.Contains(folder.File("MRPC", "train.tsv"), missingFile.Message);
        Assert.Contains("train-9k.jsonl", missingFile.Message);
        Assert.Contains("msr_paraphrase_train.txt", missingFile.Message);
    }

    [Fact]
    public void Tasks_are_found_by_either_name_and_unknown_ones_refused()
    {
        Assert.Same(GlueTask.Sst2, GlueTask.Parse("sst2"));
        Assert.Same(GlueTask.Sst2, GlueTask.Parse("SST-2"));
        var exception = Assert.Throws<ArgumentException>(() => GlueTask.Parse("wnli"));
        Assert.StartsWith("unknown GLUE task 'wnli', expected one of mnli, sst2, mrpc, cola, qnli, qqp, rte, stsb", exception.Message);
    }
}
