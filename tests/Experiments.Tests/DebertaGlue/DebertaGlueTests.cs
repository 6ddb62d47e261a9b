using DebertaGlue;

namespace SpectralExperiments.Tests;

public sealed class DebertaGlueTests
{
    private const string Program = "DebertaGlue";

    [Fact]
    public void Every_method_trains_writes_results_and_figures_and_is_not_run_twice()
    {
        using var glue = new TinyGlue();
        var arguments = glue.Arguments("task=rte");

        var first = ProgramRun.Of(Program, arguments);

        Assert.True(first.ExitCode == 0, first.Output);
        var csv = File.ReadAllText(glue.ResultsCsv);
        foreach (var method in (string[])["full,,,", "lora,,6,24", "dora,,6,24", "oft,,4,4", "adalora,,6,24", "spectral-a,,6,24"])
        {
            Assert.Contains($"DebertaGlue,mini-data,{method},rte,0,,accuracy,", csv, StringComparison.Ordinal);
        }

        Assert.Contains("DebertaGlue,mini-data,spectral-a,,6,24,rte,0,2,training_loss,", csv, StringComparison.Ordinal);
        var figures = Path.Combine(Path.GetDirectoryName(glue.ResultsCsv)!, "figures");
        Assert.True(File.Exists(Path.Combine(figures, "table1-bars.svg")));
        Assert.True(new FileInfo(Path.Combine(figures, "table1-bars.png")).Length > 5_000);
        Assert.Contains("83.39", first.Output, StringComparison.Ordinal);
        Assert.Contains("the reference sweep", first.Output, StringComparison.Ordinal);
        var adapter = Path.Combine(Path.GetDirectoryName(glue.ResultsCsv)!, "runs", "lora-r6.rte.s0.output");
        Assert.Contains($"kept {Path.Combine(adapter, "adapter-peft")}", first.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(adapter, "adapter", "adapter_config.json")), adapter);
        Assert.True(File.Exists(Path.Combine(adapter, "adapter-peft", "adapter_model.safetensors")), adapter);

        var written = Directory.GetFiles(Path.Combine(Path.GetDirectoryName(glue.ResultsCsv)!, "runs"), "*.json").ToDictionary(
            file => file, File.GetLastWriteTimeUtc);
        var second = ProgramRun.Of(Program, arguments);

        Assert.Equal(0, second.ExitCode);
        Assert.All(written, entry => Assert.Equal(entry.Value, File.GetLastWriteTimeUtc(entry.Key)));
        Assert.Equal(csv, File.ReadAllText(glue.ResultsCsv));
    }

    [Fact]
    public void Adalora_is_pruned_to_its_rank_where_the_setting_says_so()
    {
        using var pruned = new TinyGlue();
        using var plain = new TinyGlue();
        const string Filter = "task=rte,method=adalora";
        string[] rate = ["--set", "learning_rate=0.001"];

        var run = ProgramRun.Of(Program, [.. pruned.Arguments(Filter), .. rate, "--set", "adalora_allocation=true"]);
        var other = ProgramRun.Of(Program, [.. plain.Arguments(Filter), .. rate]);

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.True(other.ExitCode == 0, other.Output);
        Assert.Contains(
            "DebertaGlue,mini-data,adalora,,6,24,rte,0,,mean_rank,6,", File.ReadAllText(pruned.ResultsCsv), StringComparison.Ordinal);
        Assert.DoesNotContain("mean_rank", File.ReadAllText(plain.ResultsCsv), StringComparison.Ordinal);
        Assert.Equal(Count(plain), Count(pruned));
        Assert.Contains("\"ada_lora_target_rank\": 6", Record(pruned), StringComparison.Ordinal);
        Assert.Contains("\"ada_lora_target_rank\": null", Record(plain), StringComparison.Ordinal);

        static string Count(TinyGlue glue) =>
            File.ReadLines(glue.ResultsCsv).Single(line => line.Contains(",trainable_parameters,", StringComparison.Ordinal));
        static string Record(TinyGlue glue) =>
            File.ReadAllText(Directory.GetFiles(glue.Results, "adalora-r6.rte.s0.json", SearchOption.AllDirectories).Single());
    }

    [Fact]
    public void The_plan_of_the_paper_profile_has_the_published_counts()
    {
        var plan = ProgramRun.Of(Program, "plan", "--profile", "paper", "--filter", "task=rte");

        Assert.True(plan.ExitCode == 0, plan.Output);
        (string Method, string Count, string Share)[] expected =
        [
            ("lora", "1,327,104", "0.7153"), ("dora", "1,354,752", "0.7301"), ("oft", "1,327,104", "0.7153"),
            ("adalora", "1,991,952", "1.0694"), ("spectral-a", "1,327,104", "0.7153"),
        ];
        foreach (var (method, count, share) in expected)
        {
            var line = plan.Output.Split('\n').Single(line => line.Contains($" {method} ", StringComparison.Ordinal));
            Assert.Contains(count, line, StringComparison.Ordinal);
            Assert.Contains("1,538", line, StringComparison.Ordinal);
            Assert.Contains(share, line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Without_any_file_the_tasks_are_generated_and_the_model_comes_from_the_zoo()
    {
        using var folder = new TemporaryFolder();

        var run = ProgramRun.Of(Program, "--results", folder.Root, "--filter", "task=rte,method=spectral-a", "--set", "max_steps=2");

        Assert.True(run.ExitCode == 0, run.Output);
        var record = File.ReadAllText(Directory.GetFiles(folder.Root, "spectral-a-r6.rte.s0.json", SearchOption.AllDirectories).Single());
        Assert.Contains("data/zoo/deberta-mini", record, StringComparison.Ordinal);
        Assert.Contains("MicroGlue, seed 0", record, StringComparison.Ordinal);
        Assert.Contains("\"form\": \"residual\"", record, StringComparison.Ordinal);
        Assert.DoesNotContain("residual_type", record, StringComparison.Ordinal);
        Assert.Matches("\"model_sha256\": \"[0-9a-f]{16}\"", record);
        Assert.Matches("\"data_sha256\": \"[0-9a-f]{16}\"", record);
    }

    [Fact]
    public void The_learning_rate_of_a_trial_is_that_of_the_tuning_which_the_record_names()
    {
        using var folder = new TemporaryFolder();
        var planned = GlueOptions.Experiment.Trials(GlueOptions.Of("mini"))
            .Single(entry => entry.Trial is { Method: "lora", Task: "sst2" }).Spec;

        var run = ProgramRun.Of(Program, "--results", folder.Root, "--filter", "task=sst2,method=lora", "--set", "max_steps=1");

        Assert.True(run.ExitCode == 0, run.Output);
        var record = File.ReadAllText(Directory.GetFiles(folder.Root, "lora-r6.sst2.s0.json", SearchOption.AllDirectories).Single());
        Assert.Contains(
            FormattableString.Invariant($"\"learning_rate\": {planned.Training.LearningRate}"), record, StringComparison.Ordinal);
        Assert.Matches("\"rates\": \\[\\s*0.0001,\\s*0.0005,\\s*0.0025,\\s*0.01\\s*\\]", record);
        Assert.Contains("\"steps\": 125", record, StringComparison.Ordinal);
        Assert.Contains("\"alpha\": 8", record, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tuning_tries_every_method_on_the_same_grid_with_rows_and_seeds_of_its_own()
    {
        using var folder = new TemporaryFolder();

        var run = ProgramRun.Of(
            Program, "--profile", "mini-sweep", "--results", folder.Root, "--filter",
            "task=rte,method=oft,variant=learning_rate=0.0005", "--set", "max_steps=1");

        Assert.True(run.ExitCode == 0, run.Output);
        var record = File.ReadAllText(
            Directory.GetFiles(folder.Root, "oft-r4.learning_rate_0_0005.rte.s1000.json", SearchOption.AllDirectories).Single());
        Assert.Contains("MicroGlue, seed 1", record, StringComparison.Ordinal);
        Assert.Contains("\"learning_rate\": 0.0005", record, StringComparison.Ordinal);
        Assert.DoesNotContain("training_loss", record, StringComparison.Ordinal);
        var trials = ProgramRun.Of(Program, "list", "--profile", "mini-sweep").Output.Split('\n')
            .Where(line => line.Contains(" rte ", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, trials.Count(line => line.Contains("| full ", StringComparison.Ordinal)));
        Assert.Equal(4 * 6, trials.Count);
    }

    [Theory]
    [InlineData("learning_rate", "--profile", "mini-sweep", "--set", "learning_rate=1")]
    [InlineData("--tokenizer", "--tokenizer", ".")]
    [InlineData("--weights", "--weights", ".")]
    [InlineData("--weights", "--profile", "mini-sweep", "--weights", ".")]
    [InlineData("--data", "--profile", "mini-sweep", "--data", ".")]
    [InlineData("epochs and max_steps", "--set", "epochs=1", "--set", "max_steps=1")]
    public void What_would_have_no_effect_is_refused(string named, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var run = ProgramRun.Of(Program, [.. arguments, "--results", folder.Root]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(named, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("learning_rate=-1", "--set learning_rate=-1: expected a number above 0")]
    [InlineData("epochs=0", "--set epochs=0: expected 1 or more")]
    [InlineData("max_steps=0", "--set max_steps=0: expected 1 or more")]
    [InlineData("warmup_steps=125", "--set warmup_steps=125: expected fewer than the 125 steps of the run")]
    [InlineData("max_length=4", "--set max_length=4: expected 5 or more")]
    public void An_impossible_setting_stops_before_any_work(string setting, string expected)
    {
        using var folder = new TemporaryFolder();
        var run = ProgramRun.Of(Program, "--set", setting, "--results", folder.Root);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Root, "*.json", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("max_steps=3", "1.3e+11")]
    [InlineData("max_steps=30", "1.3e+12")]
    [InlineData("epochs=1", "1.4e+12")]
    [InlineData("max_length=64", "2.7e+12")]
    public void The_plan_follows_the_steps_that_are_set(string setting, string operations)
    {
        var plan = ProgramRun.Of(Program, "plan", "--set", setting, "--filter", "task=rte,method=lora");

        Assert.True(plan.ExitCode == 0, plan.Output);
        Assert.Contains(operations, plan.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_row_stops_before_any_work_with_file_and_line()
    {
        using var glue = new TinyGlue();
        File.AppendAllText(glue.TrainFile, "24\tonly two columns\n");

        var run = ProgramRun.Of(Program, glue.Arguments("task=rte,method=lora"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{glue.TrainFile}", run.Output, StringComparison.Ordinal);
        Assert.Contains("line 26", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(glue.ResultsCsv));
    }

    [Theory]
    [InlineData("task=nosuchtask", "nosuchtask")]
    [InlineData("method=nosuchmethod", "nosuchmethod")]
    [InlineData("colour=red", "colour")]
    public void An_unknown_filter_is_refused_by_name(string filter, string named)
    {
        using var glue = new TinyGlue();
        var run = ProgramRun.Of(Program, glue.Arguments(filter));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(named, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_data_is_named_with_the_places_looked_at()
    {
        using var glue = new TinyGlue();
        Directory.Delete(glue.Data, recursive: true);
        Directory.CreateDirectory(glue.Data);
        var run = ProgramRun.Of(Program, glue.Arguments("task=rte"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(glue.Data, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
    }
}
