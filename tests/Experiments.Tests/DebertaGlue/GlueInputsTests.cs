using DebertaGlue;
using Experiments.Shared;
using Reproduction;
using Tasks.Glue;

namespace SpectralExperiments.Tests;

public sealed class GlueInputsTests
{
    [Fact]
    public void The_small_model_trains_on_the_first_examples_of_a_long_split_and_the_paper_on_the_published_ones_only()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            "SST-2/train.tsv",
            "sentence\tlabel\n" + string.Concat(Enumerable.Range(0, 9_005).Select(example => $"sentence {example}\t{example % 2}\n")));
        folder.Write("SST-2/dev.tsv", "sentence\tlabel\na fine film\t1\n");
        var inputs = new Inputs { Data = folder.Root };

        var few = new GlueInputs(GlueOptions.Of("mini-data").Profile, inputs).Data(GlueTask.Sst2);
        Assert.Equal((9_000, "sentence 8999"), (few.Train.Examples.Count, few.Train.Examples[^1].Sentence1));
        Assert.Contains(few.Notes, note => note.EndsWith("; the first 9000 of 9005 examples of train.tsv", StringComparison.Ordinal));
        var refused = Assert.Throws<InvalidDataException>(
            () => new GlueInputs(GlueOptions.Of("paper").Profile, inputs).Data(GlueTask.Sst2));
        Assert.EndsWith(
            "train.tsv: found 9,005 examples, expected the 67,349 of the published split.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_data_are_to_be_fetched_to_where_they_are_looked_for()
    {
        using var folder = new TemporaryFolder();
        var inputs = new GlueInputs(GlueOptions.Of("mini-data").Profile, new Inputs { Data = folder.Root });

        var refused = Assert.Throws<UserErrorException>(() => inputs.Data(GlueTask.Rte));

        Assert.EndsWith($"unzip RTE.zip -d {Path.Combine(folder.Root, "glue")}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_device_is_refused_in_one_line_that_names_the_build()
    {
        var refused = Assert.Throws<UserErrorException>(
            () => AdapterTrial.RequireDevice(GlueOptions.Of("mini") with { Device = "cuda:99" }));

        Assert.StartsWith("--device cuda:99: this machine has no such device (", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("cuda needs a build with -p:TorchRuntime=cuda.", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Trace", refused.Message);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void Digests_follow_the_examples_and_the_files()
    {
        using var glue = new TinyGlue();
        var options = GlueOptions.Of("mini-data") with { Inputs = new Inputs { Data = glue.Data } };
        var before = Digests(options, "rte");

        Assert.Equal(before, Digests(options, "rte"));
        Assert.Matches("^[0-9a-f]{16}$", before["data_sha256"]);

        File.WriteAllText(glue.TrainFile, File.ReadAllText(glue.TrainFile).Replace("labour", "work", StringComparison.Ordinal));
        var after = Digests(options, "rte");

        Assert.NotEqual(before["data_sha256"], after["data_sha256"]);
        Assert.Equal(before["model_sha256"], after["model_sha256"]);
    }

    [Fact]
    public void What_is_missing_is_unavailable_and_what_is_broken_is_named()
    {
        using var glue = new TinyGlue();
        var options = GlueOptions.Of("mini-data") with { Inputs = new Inputs { Data = glue.Data } };
        var paper = GlueOptions.Of("paper") with { Inputs = new Inputs { Data = glue.Data, Weights = glue.Data } };

        Assert.Equal(Trial.Unavailable, Digests(options, "mnli")["data_sha256"]);
        Assert.Equal(Trial.Unavailable, Digests(paper, "mnli")["model_sha256"]);

        File.AppendAllText(glue.TrainFile, "24\tonly two columns\n");
        Assert.Contains(glue.TrainFile, Assert.Throws<UserErrorException>(() => Digests(options, "rte")).Message);
    }

    [Fact]
    public void Weights_are_part_of_the_digest_whichever_file_holds_them()
    {
        using var folder = new TemporaryFolder();
        folder.Write("deberta-v3-base/config.json", "{}");
        folder.Write("deberta-v3-base/spm.model", "pieces");
        folder.Write("deberta-v3-base/pytorch_model.bin", "weights");
        string Model() => Digests(GlueOptions.Of("paper") with { Inputs = new Inputs { Weights = folder.Root } }, "rte")["model_sha256"];
        var before = Model();

        folder.Write("deberta-v3-base/pytorch_model.bin", "other weights");
        var otherWeights = Model();
        folder.Write("deberta-v3-base/config.json", "{\"hidden_dropout_prob\": 0}");

        Assert.Equal(3, new[] { before, otherWeights, Model() }.Distinct().Count());
    }

    [Fact]
    public void The_sweep_and_the_results_have_other_examples_of_the_same_task()
    {
        Assert.NotEqual(Digests(GlueOptions.Of("mini"), "rte")["data_sha256"], Digests(GlueOptions.Of("mini-sweep"), "rte")["data_sha256"]);
    }

    // A new experiment each time: one of them computes a digest once.
    private static IReadOnlyDictionary<string, string> Digests(RunOptions options, string task)
    {
        var experiment = new DebertaGlueExperiment();
        var spec = experiment.Trials(options).First(entry => entry.Spec.Task == task).Spec;
        return experiment.DescribeInputs(spec, options);
    }
}
