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

        var few = GlueOptions.Inputs("mini-data", inputs).Data(GlueTask.Sst2);
        Assert.Equal((9_000, "sentence 8999"), (few.Train.Examples.Count, few.Train.Examples[^1].Sentence1));
        Assert.Contains(few.Notes, note => note.EndsWith("; the first 9000 of 9005 examples of train.tsv", StringComparison.Ordinal));
        var refused = Assert.Throws<InvalidDataException>(
            () => GlueOptions.Inputs("paper", inputs).Data(GlueTask.Sst2));
        Assert.EndsWith(
            "train.tsv: found 9,005 examples, expected the 67,349 of the published split.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_data_are_to_be_fetched_to_where_they_are_looked_for()
    {
        using var folder = new TemporaryFolder();
        var inputs = GlueOptions.Inputs("mini-data", new Inputs { Data = folder.Root });

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
    public void The_sweep_at_small_trains_on_and_is_scored_by_examples_of_the_training_split_alone()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            "SST-2/train.tsv",
            "sentence\tlabel\n" + string.Concat(Enumerable.Range(0, 4_000).Select(example => $"sentence {example}\t{example % 2}\n")));
        folder.Write("SST-2/dev.tsv", "sentence\tlabel\na fine film\t1\n");
        folder.Write(
            "CoLA/train.tsv", string.Concat(Enumerable.Range(0, 1_000).Select(example => $"s\t{example % 2}\t\tsentence {example}\n")));
        folder.Write("CoLA/dev.tsv", "s\t1\t\ta sentence\n");
        var inputs = GlueOptions.Inputs("small-sweep", new Inputs { Data = folder.Root });

        var (many, few) = (inputs.Data(GlueTask.Sst2), inputs.Data(GlueTask.Cola));

        Assert.Equal((3_000, 500), (many.Train.Examples.Count, many.Development.Examples.Count));
        Assert.Equal((800, 200), (few.Train.Examples.Count, few.Development.Examples.Count));
        Assert.Empty(many.Train.Examples.Intersect(many.Development.Examples));
        Assert.Equal(3_500, many.Train.Examples.Concat(many.Development.Examples).Distinct().Count());
        Assert.All(many.Development.Examples, example => Assert.StartsWith("sentence", example.Sentence1));
        Assert.Equal(many.Texts(), inputs.Data(GlueTask.Sst2).Texts());
    }

    [Theory]
    [InlineData("mini", "head=pooler")]
    [InlineData("mini-data", "model=all-MiniLM-L6-v2")]
    [InlineData("paper", "max_examples=5")]
    [InlineData("small-sweep", "max_examples=5")]
    public void A_setting_of_another_profile_is_refused_by_name(string profile, string setting)
    {
        var error = Assert.Throws<UserErrorException>(() => GlueOptions.Experiment.Trials(GlueOptions.Of(profile, setting)).ToList());

        Assert.Equal($"--set {setting.Split('=')[0]}: has no effect at profile {profile}.", error.Message);
    }

    [Fact]
    public void Target_modules_are_layers_of_the_model()
    {
        var options = GlueOptions.Of("mini", "target_modules=query_proj,no_such");

        var error = Assert.Throws<UserErrorException>(() => GlueOptions.Experiment.Trials(options).ToList()).Message;

        Assert.StartsWith("--set target_modules: found no_such, expected names of linear layers of data/zoo/deberta-mini, such as", error);
        var given = GlueOptions.Experiment.Trials(GlueOptions.Of("mini", "target_modules=intermediate.dense"))
            .First(entry => entry.Trial.Method == "lora").Spec.Adapter;
        Assert.Equal(["intermediate.dense"], given.TargetModules!.Names);
    }

    [Fact]
    public void All_tasks_that_have_no_data_are_named_with_those_that_have()
    {
        using var glue = new TinyGlue();
        var options = GlueOptions.Of("mini-data") with { Inputs = new Inputs { Data = glue.Data } };
        var experiment = new DebertaGlueExperiment();
        var trials = experiment.Trials(options).Where(entry => entry.Spec.Task is "rte" or "mrpc" or "cola").ToList();

        var error = Assert.Throws<UserErrorException>(() => experiment.Check(trials, options)).Message;

        Assert.Contains("MRPC", error);
        Assert.Contains("CoLA", error);
        Assert.EndsWith("To run what there is: --filter task=rte", error);
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
