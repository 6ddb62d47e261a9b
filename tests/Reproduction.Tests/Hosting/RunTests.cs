using System.Globalization;

namespace Reproduction.Tests.Hosting;

public sealed class RunTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Running_writes_results_figures_and_report_and_prints_the_published_column()
    {
        var (code, output) = folder.Run();

        Assert.Equal(0, code);
        Assert.Equal(8, folder.Experiment.Ran.Count);
        Assert.StartsWith("experiment,profile,method,rank,task,seed,step,metric,value,n,stderr,unit\nFake,mini,lora,8,mrpc,0,,accuracy,50.733333333333334,277,2.5,%\n", folder.Csv());
        Assert.Equal(1 + (8 * 3), folder.Csv().Count(c => c == '\n'));
        Assert.Equal("28 of mini", File.ReadAllText(Path.Combine(folder.Profile(), "figures", "rows.svg")));
        var report = File.ReadAllText(Path.Combine(folder.Profile(), "report.md"));
        Assert.Contains("| fake | lora r=8 |  | trainable share (%) | 0.72 | 0.7153 |  | Reproduced |", report);
        Assert.Contains("| fake | lora r=8 | rte | accuracy (%) | 50.90 | 51.23", report);
        Assert.Contains("NotComparable (mini profile: smaller model)", report);
        Assert.Contains("NotRun (no such trial in profile mini)", report);
        Assert.Contains("![Number of rows](figures/rows.png)", report);
        Assert.Contains("published", output);
        Assert.Contains("[8/8] done spectral-a r=8 mrpc seed 1 in 0:00", output);
        Assert.False(Directory.Exists(Path.Combine(folder.Profile(), "runs", "lora-r8.rte.s0.checkpoint")));
    }

    [Fact]
    public void Running_again_runs_nothing_and_changes_nothing()
    {
        folder.Run();
        var before = folder.Csv();
        folder.Experiment.Ran.Clear();

        var (code, output) = folder.Run();

        Assert.Equal(0, code);
        Assert.Empty(folder.Experiment.Ran);
        Assert.Contains("8 trials selected, 8 finished before, 0 to run", output);
        Assert.Equal(before, folder.Csv());
    }

    [Fact]
    public void Data_gives_results_of_their_own()
    {
        folder.Run();
        var before = folder.Csv();

        var (code, output) = folder.Run("--data", Path.GetTempPath());

        Assert.Equal(0, code);
        Assert.Contains("profile mini-data: 4 trials selected, 0 finished before, 4 to run", output);
        Assert.Equal(before, folder.Csv());
        Assert.StartsWith("experiment,profile,method,rank,task,seed,step,metric,value,n,stderr,unit\nFake,mini-data,", folder.Csv("mini-data"));
    }

    [Fact]
    public void Tuning_is_measured_but_neither_compared_nor_drawn()
    {
        var (code, output) = folder.Run("--profile", "tuning");

        Assert.Equal(0, code);
        Assert.Contains("Fake,tuning,lora,8,rte,0,,accuracy,", folder.Csv("tuning"));
        Assert.DoesNotContain("published", output, StringComparison.OrdinalIgnoreCase);
        var report = File.ReadAllText(Path.Combine(folder.Profile("tuning"), "report.md"));
        Assert.Contains("| lora r=8", report);
        Assert.DoesNotContain("NotRun", report);
        Assert.False(Directory.Exists(Path.Combine(folder.Profile("tuning"), "figures")));
    }

    [Fact]
    public void Force_runs_the_selected_trials_again()
    {
        folder.Run();
        folder.Experiment.Ran.Clear();

        folder.Run("--force", "--filter", "task=rte,seed=1");

        Assert.Equal(["lora-r8.rte.s1", "spectral-a-r8.rte.s1"], folder.Experiment.Ran);
    }

    [Fact]
    public void Seeds_changes_the_number_of_trials()
    {
        folder.Run("run", "--seeds", "1", "--filter", "method=lora");

        Assert.Equal(["lora-r8.rte.s0", "lora-r8.mrpc.s0"], folder.Experiment.Ran);
    }

    [Fact]
    public void A_failing_trial_is_recorded_and_does_not_stop_the_others()
    {
        var (code, output) = folder.Run("--profile", "broken", "--filter", "method=throwing,good");

        Assert.Equal(1, code);
        Assert.Equal(4, folder.Experiment.Ran.Count);
        Assert.Contains("FAILED throwing r=8 rte seed 0: InvalidDataException: The loss is not a number, at step 3.", output);
        Assert.Contains("The loss is not a number", File.ReadAllText(folder.Record("throwing-r8.rte.s0", "broken")));
        Assert.DoesNotContain("throwing", folder.Csv("broken"));
        Assert.Contains("Failed trials", File.ReadAllText(Path.Combine(folder.Profile("broken"), "report.md")));

        folder.Experiment.Ran.Clear();
        Assert.Equal(0, folder.Run("--profile", "broken", "--filter", "method=throwing,good", "--set", "heal=true").Code);
        Assert.Equal(["throwing-r8.rte.s0", "throwing-r8.mrpc.s0"], folder.Experiment.Ran);
    }

    [Fact]
    public void A_record_of_other_settings_is_neither_reused_nor_replaced()
    {
        folder.Run("--filter", "method=lora,task=rte,seed=0");
        var before = File.ReadAllText(folder.Record("lora-r8.rte.s0"));

        var (code, output) = folder.Run("--set", "learning_rate=0.125");

        Assert.Equal(1, code);
        Assert.Contains("learning_rate was 0.5, is 0.125", output);
        Assert.Equal(before, File.ReadAllText(folder.Record("lora-r8.rte.s0")));
        Assert.Equal(0, folder.Run("--set", "learning_rate=0.125", "--results", Path.Combine(folder.Root, "other")).Code);
        Assert.Equal(0, folder.Run("--set", "learning_rate=0.125", "--force").Code);
    }

    [Fact]
    public void The_experiments_own_check_comes_before_any_work()
    {
        var (code, output) = folder.Run("--device", "missing");

        Assert.Equal(1, code);
        Assert.Contains("--device missing: there is none.", output);
        Assert.Empty(folder.Experiment.Ran);
    }

    [Fact]
    public void Results_do_not_depend_on_the_culture()
    {
        folder.Run();
        var expected = folder.Csv();
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
    public void An_interrupted_run_goes_on_from_the_checkpoint()
    {
        using var interruption = new CancellationTokenSource();
        folder.Experiment.BeforeStep = (trial, step) =>
        {
            if (trial.Key == "lora-r8.rte.s1" && step == 2)
            {
                interruption.Cancel();
            }
        };

        var (code, output) = folder.Run(interruption.Token);

        Assert.Equal(130, code);
        Assert.Contains("The same command goes on from here.", output);
        Assert.False(File.Exists(folder.Record("lora-r8.rte.s1")));
        folder.Experiment.BeforeStep = null;
        Assert.Equal(0, folder.Run().Code);
        Assert.Matches("starts at step 0\n.*starts at step 2\n", File.ReadAllText(Path.Combine(folder.Profile(), "runs", "lora-r8.rte.s1.log")));
        Assert.Equal(1 + (8 * 3), folder.Csv().Count(c => c == '\n'));
    }

    [Fact]
    public void A_clock_that_goes_backwards_changes_no_result()
    {
        folder.Run();
        using var backwards = new TestFolder { Time = new BackwardsClock() };

        Assert.Equal(0, backwards.Run("--filter", "method=lora").Code);
        var (code, output) = backwards.Run();

        Assert.Equal(0, code);
        Assert.Contains("4 finished before, 4 to run", output);
        Assert.Equal(folder.Csv(), backwards.Csv());
        Assert.DoesNotContain("\"wall_seconds\": -", File.ReadAllText(backwards.Record("lora-r8.rte.s0")));
    }

    /// <summary>Each look at the wall clock finds an hour less.</summary>
    private sealed class BackwardsClock : TimeProvider
    {
        private DateTimeOffset now = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => now = now.AddHours(-1);
    }
}
