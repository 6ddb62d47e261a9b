using System.Globalization;

namespace Reproduction.Tests.Hosting;

public sealed class RunTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Running_writes_results_figures_and_report_and_prints_the_published_column()
    {
        var (code, output) = _folder.Run();

        Assert.Equal(0, code);
        Assert.Equal(8, _folder.Experiment.Ran.Count);
        Assert.StartsWith(
            "experiment,profile,method,variant,rank,published_rank,task,seed,step,metric,value,n,stderr,unit\n"
            + "Fake,mini,lora,,8,8,mrpc,0,,accuracy,50.733333333333334,277,2.5,%\n", _folder.Csv());
        Assert.Equal(1 + (8 * 3), _folder.Csv().Count(c => c == '\n'));
        Assert.Equal("28 of mini", File.ReadAllText(Path.Combine(_folder.Profile(), "figures", "rows.svg")));
        var report = File.ReadAllText(Path.Combine(_folder.Profile(), "report.md"));
        Assert.Contains(
            "| fake | lora r=8 |  | trainable share (%) | 0.72 |  |  | 0.7153 |  | Reproduced (planned, from shapes) |", report);
        Assert.Contains("| fake | lora r=8 | rte | accuracy (%) | 50.90 |  | 51.23", report);
        Assert.Contains("NotComparable (mini profile: smaller model)", report);
        Assert.Contains("NotRun (no such trial in profile mini)", report);
        Assert.Contains("![Number of rows](figures/rows.png)", report);
        Assert.Contains("published", output);
        Assert.Contains("[8/8] done spectral-a r=8 mrpc seed 1 in 0:00", output);
        Assert.Empty(Checkpoints());
    }

    [Fact]
    public void Running_again_runs_nothing_and_changes_nothing()
    {
        _folder.Run();
        var before = _folder.Csv();
        _folder.Experiment.Ran.Clear();

        var (code, output) = _folder.Run();

        Assert.Equal(0, code);
        Assert.Empty(_folder.Experiment.Ran);
        Assert.Contains("8 trials selected, 8 completed before, 0 to run", output);
        Assert.Equal(before, _folder.Csv());
    }

    [Fact]
    public void A_machine_that_cannot_draw_says_so_first_and_keeps_results_and_report()
    {
        _folder.Experiment.Figure.Unavailable = "There is no font.";

        var (code, output) = _folder.Run();

        Assert.Equal(1, code);
        Assert.Equal(8, _folder.Experiment.Ran.Count);
        Assert.Equal(1 + (8 * 3), _folder.Csv().Count(c => c == '\n'));
        var warning = output.IndexOf("warning: There is no font.", StringComparison.Ordinal);
        Assert.InRange(warning, 0, output.IndexOf("[1/8]", StringComparison.Ordinal));
        Assert.Contains("error: There is no font.", output);
        Assert.DoesNotContain("rows.png", File.ReadAllText(Path.Combine(_folder.Profile(), "report.md")));
        Assert.False(Directory.Exists(Path.Combine(_folder.Profile(), "figures")));
    }

    [Fact]
    public void Figures_of_earlier_results_do_not_stay_beside_new_ones_that_could_not_be_drawn()
    {
        _folder.Run();
        var path = Path.Combine(_folder.Profile(), "figures", "rows.png");
        _folder.Experiment.Figure.Unavailable = "There is no font.";

        Assert.DoesNotContain("warning", _folder.Run().Output);
        Assert.True(File.Exists(path));
        _folder.Run("--force");

        Assert.False(File.Exists(path));
    }

    [Fact]
    public void Data_gives_results_of_their_own()
    {
        _folder.Run();
        var before = _folder.Csv();

        var (code, output) = _folder.Run("--data", Path.GetTempPath());

        Assert.Equal(0, code);
        Assert.Contains("profile mini-data: 4 trials selected, 0 completed before, 4 to run", output);
        Assert.Equal(before, _folder.Csv());
        Assert.StartsWith(
            "experiment,profile,method,variant,rank,published_rank,task,seed,step,metric,value,n,stderr,unit\nFake,mini-data,",
            _folder.Csv("mini-data"));
    }

    [Fact]
    public void A_sweep_is_measured_but_neither_compared_nor_drawn()
    {
        var (code, output) = _folder.Run("--profile", "mini-sweep");

        Assert.Equal(0, code);
        Assert.Contains("Fake,mini-sweep,lora,,8,8,rte,0,,accuracy,", _folder.Csv("mini-sweep"));
        Assert.DoesNotContain("published", output, StringComparison.OrdinalIgnoreCase);
        var report = File.ReadAllText(Path.Combine(_folder.Profile("mini-sweep"), "report.md"));
        Assert.Contains("| lora r=8", report);
        Assert.DoesNotContain("NotRun", report);
        Assert.False(Directory.Exists(Path.Combine(_folder.Profile("mini-sweep"), "figures")));
    }

    [Fact]
    public void Force_runs_the_selected_trials_again()
    {
        _folder.Run();
        _folder.Experiment.Ran.Clear();

        _folder.Run("--force", "--filter", "task=rte,seed=1");

        Assert.Equal(["lora-r8.rte.s1", "spectral-a-r8.rte.s1"], _folder.Experiment.Ran);
    }

    [Fact]
    public void Seeds_changes_the_number_of_trials()
    {
        _folder.Run("run", "--seeds", "1", "--filter", "method=lora");

        Assert.Equal(["lora-r8.rte.s0", "lora-r8.mrpc.s0"], _folder.Experiment.Ran);
    }

    [Fact]
    public void A_failing_trial_is_recorded_and_does_not_stop_the_others()
    {
        var (code, output) = _folder.Run("--profile", "broken", "--filter", "method=throwing,good");

        Assert.Equal(1, code);
        Assert.Equal(4, _folder.Experiment.Ran.Count);
        Assert.Contains("FAILED throwing r=8 rte seed 0: InvalidDataException: The loss is not a number, at step 3.", output);
        Assert.Contains("The loss is not a number", File.ReadAllText(_folder.Record("throwing-r8.rte.s0", "broken")));
        Assert.DoesNotContain("throwing", _folder.Csv("broken"));
        Assert.Contains("Failed trials", File.ReadAllText(Path.Combine(_folder.Profile("broken"), "report.md")));

        _folder.Experiment.Ran.Clear();
        Assert.Equal(0, _folder.Run("--profile", "broken", "--filter", "method=throwing,good", "--set", "heal=true").Code);
        Assert.Equal(["throwing-r8.rte.s0", "throwing-r8.mrpc.s0"], _folder.Experiment.Ran);
    }

    [Fact]
    public void A_record_of_other_settings_is_neither_reused_nor_replaced()
    {
        _folder.Run("--filter", "method=lora,task=rte,seed=0");
        var before = File.ReadAllText(_folder.Record("lora-r8.rte.s0"));

        var (code, output) = _folder.Run("--set", "learning_rate=0.125");

        Assert.Equal(1, code);
        Assert.Contains("learning_rate was 0.5, is 0.125", output);
        Assert.Equal(before, File.ReadAllText(_folder.Record("lora-r8.rte.s0")));
        Assert.Equal(0, _folder.Run("--set", "learning_rate=0.125", "--results", Path.Combine(_folder.Root, "other")).Code);
        Assert.Equal(0, _folder.Run("--set", "learning_rate=0.125", "--force").Code);
    }

    [Fact]
    public void The_experiments_own_check_comes_before_any_work()
    {
        var (code, output) = _folder.Run("--device", "missing");

        Assert.Equal(1, code);
        Assert.Contains("--device missing: there is none.", output);
        Assert.Empty(_folder.Experiment.Ran);
    }

    [Fact]
    public void Results_do_not_depend_on_the_culture()
    {
        _folder.Run();
        var expected = _folder.Csv();
        using var other = new TestFolder();
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        comma.NumberFormat.NumberGroupSeparator = ".";
        comma.NumberFormat.NegativeSign = "minus";
        try
        {
            CultureInfo.CurrentCulture = comma;
            Assert.Equal(0, other.Run("--set", "learning_rate=0.5").Code);
            Assert.Equal(0, other.Run("report").Code);
            Assert.Contains("50.9", File.ReadAllText(Path.Combine(other.Profile(), "report.md")));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.Equal(expected, other.Csv());
    }

    [Fact]
    public void An_interrupted_run_resumes_from_the_checkpoint()
    {
        using var interruption = new CancellationTokenSource();
        _folder.Experiment.BeforeStep = (trial, step) =>
        {
            if (trial.Key == "lora-r8.rte.s1" && step == 2)
            {
                interruption.Cancel();
            }
        };

        var (code, output) = _folder.Run(interruption.Token);

        Assert.Equal(130, code);
        Assert.Contains("Rerun the same command to resume.", output);
        Assert.False(File.Exists(_folder.Record("lora-r8.rte.s1")));
        _folder.Experiment.BeforeStep = null;
        var (resumed, rest) = _folder.Run();
        Assert.Equal(0, resumed);
        Assert.Contains("done lora r=8 rte seed 1 in 0:00, resumed once", rest);
        Assert.Contains("\"resumed\": 1", File.ReadAllText(_folder.Record("lora-r8.rte.s1")));
        Assert.Contains("\"resumed\": 0", File.ReadAllText(_folder.Record("lora-r8.rte.s0")));
        Assert.Matches(
            "starts at step 0\n.*starts at step 2\n", File.ReadAllText(Path.Combine(_folder.Profile(), "runs", "lora-r8.rte.s1.log")));
        Assert.Equal(1 + (8 * 3), _folder.Csv().Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("0.5", 2)]
    [InlineData("0.25", 0)]
    public void A_checkpoint_counts_for_its_own_settings_only(string rate, int firstStep)
    {
        using var interruption = new CancellationTokenSource();
        _folder.Experiment.BeforeStep = (_, step) =>
        {
            if (step == 2)
            {
                interruption.Cancel();
            }
        };
        string[] one = ["--filter", "method=lora,task=rte,seed=0"];
        Assert.Equal(130, _folder.Run(interruption.Token, [.. one, "--set", "learning_rate=0.5"]).Code);
        Assert.Single(Checkpoints());
        _folder.Experiment.BeforeStep = null;
        File.Delete(Path.Combine(_folder.Profile(), "runs", "lora-r8.rte.s0.log"));

        Assert.Equal(0, _folder.Run([.. one, "--set", $"learning_rate={rate}"]).Code);

        Assert.Contains($" starts at step {firstStep}\n", File.ReadAllText(Path.Combine(_folder.Profile(), "runs", "lora-r8.rte.s0.log")));
        Assert.Empty(Checkpoints());
    }

    [Fact]
    public void An_interrupted_run_with_force_does_not_promise_to_resume()
    {
        _folder.Run();
        using var interruption = new CancellationTokenSource();
        _folder.Experiment.BeforeStep = (trial, _) =>
        {
            if (trial.Task == "mrpc")
            {
                interruption.Cancel();
            }
        };

        var (code, output) = _folder.Run(interruption.Token, "--force");

        Assert.Equal(130, code);
        Assert.DoesNotContain("to resume.", output);
        Assert.Contains("The same command starts over, as --force says", output);
    }

    [Fact]
    public void Records_of_other_settings_are_ignored_of_results_and_report_with_a_warning()
    {
        _folder.Run("--filter", "method=lora", "--set", "learning_rate=0.25");

        var (code, output) = _folder.Run("--filter", "method=spectral-a", "--seeds", "1");

        Assert.Equal(0, code);
        Assert.Contains(
            "4 of 4 records were made with different settings and are ignored: 4 where learning_rate was 0.25, "
            + "is 0.5 (such as lora-r8.mrpc.s0).", output);
        Assert.DoesNotContain("lora", _folder.Csv());
        Assert.Equal(1 + (2 * 3), _folder.Csv().Count(c => c == '\n'));
        Assert.Contains("- Trials: 2,", File.ReadAllText(Path.Combine(_folder.Profile(), "report.md")));

        (code, output) = _folder.Run("report", "--set", "learning_rate=0.25");

        Assert.Equal(0, code);
        Assert.Contains("2 of 6 records were made with different settings", output);
        Assert.Contains("- Trials: 4,", File.ReadAllText(Path.Combine(_folder.Profile(), "report.md")));
    }

    [Fact]
    public void Records_of_trials_that_the_plan_no_longer_has_are_ignored()
    {
        _folder.Run("--seeds", "3");
        Assert.Equal(1 + (12 * 3), _folder.Csv().Count(c => c == '\n'));
        foreach (var path in Directory.GetFiles(Path.Combine(_folder.Profile(), "runs"), "lora-r8.*.json"))
        {
            File.WriteAllText(path.Replace("lora-r8", "lora-r4"), File.ReadAllText(path).Replace("\"rank\": 8", "\"rank\": 4"));
        }

        var (code, output) = _folder.Run("--filter", "seed=0");

        Assert.Equal(0, code);
        Assert.Contains("6 of 18 records were made with different settings", output);
        Assert.Contains("6 where there is no such trial in profile mini (such as lora-r4.", output);
        Assert.Equal(1 + (12 * 3), _folder.Csv().Count(c => c == '\n'));
    }

    [Fact]
    public void Forced_trials_of_other_settings_replace_the_old_ones_without_mixing_on_the_way()
    {
        _folder.Run();
        using var interruption = new CancellationTokenSource();
        _folder.Experiment.BeforeStep = (trial, _) =>
        {
            if (trial.Key == "lora-r8.rte.s1")
            {
                interruption.Cancel();
            }
        };

        Assert.Equal(130, _folder.Run(interruption.Token, "--force", "--set", "learning_rate=0.25").Code);

        Assert.Equal(1 + 3, _folder.Csv().Count(c => c == '\n'));
        _folder.Experiment.BeforeStep = null;
        var (code, output) = _folder.Run("--force", "--set", "learning_rate=0.25");
        Assert.Equal(0, code);
        Assert.DoesNotContain("are ignored", output);
        Assert.Equal(1 + (8 * 3), _folder.Csv().Count(c => c == '\n'));
    }

    [Fact]
    public void Other_data_make_other_trials_and_data_that_are_elsewhere_leave_stored_ones_alone()
    {
        var data = Directory.CreateDirectory(Path.Combine(_folder.Root, "rows")).FullName;
        var rows = Path.Combine(data, "rows.txt");
        File.WriteAllText(rows, "12ab");
        Assert.Equal(0, _folder.Run("--data", data).Code);
        Assert.Contains("\"data_sha256\": \"12ab\"", File.ReadAllText(_folder.Record("lora-r8.rte.s0", "mini-data")));

        var (_, report) = _folder.Run("report", "--profile", "mini-data");
        Assert.Contains("data_sha256 of the records cannot be checked, as the files are unavailable", report);
        Assert.Contains("- Trials: 4,", File.ReadAllText(Path.Combine(_folder.Profile("mini-data"), "report.md")));
        Assert.DoesNotContain("cannot be checked", _folder.Run("report", "--data", data).Output);
        Assert.Contains("done in", _folder.Run("list", "--profile", "mini-data").Output);

        File.WriteAllText(rows, "34cd");
        var (code, output) = _folder.Run("--data", data);
        Assert.Equal(1, code);
        Assert.Contains("data_sha256 was 12ab, is 34cd", output);
        Assert.Contains("done with different settings", _folder.Run("list", "--data", data).Output);
    }

    [Fact]
    public void A_clock_that_goes_backwards_changes_no_result()
    {
        _folder.Run();
        using var backwards = new TestFolder { Time = new BackwardsClock() };

        Assert.Equal(0, backwards.Run("--filter", "method=lora").Code);
        var (code, output) = backwards.Run();

        Assert.Equal(0, code);
        Assert.Contains("4 completed before, 4 to run", output);
        Assert.Equal(_folder.Csv(), backwards.Csv());
        Assert.DoesNotContain("\"wall_seconds\": -", File.ReadAllText(backwards.Record("lora-r8.rte.s0")));
    }

    private string[] Checkpoints() => Directory.GetDirectories(Path.Combine(_folder.Profile(), "runs"), "*.checkpoint");

    /// <summary>Each look at the wall clock finds an hour less.</summary>
    private sealed class BackwardsClock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => _now = _now.AddHours(-1);
    }
}
