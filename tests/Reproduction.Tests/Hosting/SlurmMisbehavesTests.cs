using System.Diagnostics;
using System.Globalization;

namespace Reproduction.Tests.Hosting;

/// <summary>A Slurm that answers late, twice, not at all, or about other people's jobs.</summary>
public sealed class SlurmMisbehavesTests : IDisposable
{
    // Two trials.
    private static readonly string[] Trials = ["--filter", "method=lora,seed=0"];

    private readonly FakeSlurm _slurm = new();

    public void Dispose() => _slurm.Dispose();

    [Fact]
    public void A_job_that_the_queue_does_not_know_for_a_while_is_waited_for()
    {
        _slurm.Set("sbatch.late", "9");
        _slurm.Set("squeue.blind", "20");

        AssertBothRecorded(_slurm.Run(Trials));
    }

    [Fact]
    public void A_record_that_shows_long_after_its_task_has_ended_is_taken()
    {
        _slurm.Set("sbatch.ahead");
        _slurm.Set("squeue.forgets");

        var (code, output) = _slurm.Run("--filter", "method=lora,task=rte,seed=0", "--set", "milliseconds=2500");

        Assert.True(code == 0, output);
        Assert.Contains("done lora r=8 rte seed 0", output);
    }

    [Fact]
    public void A_task_that_the_queue_lists_twice_is_followed()
    {
        _slurm.Set("squeue.doubled");

        AssertBothRecorded(_slurm.Run(Trials));
    }

    [Fact]
    public void A_queue_that_does_not_answer_for_a_moment_costs_no_trial()
    {
        _slurm.Set("squeue.busy");

        AssertBothRecorded(_slurm.Run(Trials));
        Assert.False(File.Exists(_slurm.PathOf("squeue.busy")));
    }

    [Fact]
    public void A_busy_controller_is_asked_again()
    {
        _slurm.Set("sbatch.busy");

        AssertBothRecorded(_slurm.Run(Trials));
        Assert.Equal(2, _slurm.Calls("sbatch").Length);
    }

    [Fact]
    public void A_job_that_was_taken_without_an_answer_is_not_submitted_twice()
    {
        _slurm.Set("sbatch.unanswered");

        AssertBothRecorded(_slurm.Run(Trials));
        Assert.Single(_slurm.Calls("sbatch"));
    }

    [Theory]
    [InlineData("sbatch.banner", "")]
    [InlineData("sbatch.number", "Submitted. Have a nice day.")]
    public void A_banner_is_not_taken_for_the_number_of_a_job(string file, string content)
    {
        _slurm.Set(file, content);

        AssertBothRecorded(_slurm.Run(Trials));
        Assert.Single(_slurm.Calls("sbatch"));
    }

    [Fact]
    public void A_strangers_job_that_has_our_number_now_is_neither_followed_nor_cancelled()
    {
        var slurm = Path.Combine(_slurm.Folder.Profile(), "runs", "slurm");
        foreach (var folder in new[] { slurm, Path.Combine(slurm, "Fake-000000000000") })
        {
            Directory.CreateDirectory(folder);
            File.WriteAllLines(Path.Combine(folder, "trials.txt"), ["lora-r8.rte.s0", "lora-r8.mrpc.s0"]);
            File.WriteAllText(Path.Combine(folder, "job.txt"), "1\n");
            File.WriteAllText(
                Path.Combine(folder, "job.json"),
                """{"name": "Fake-000000000000", "id": "1", "cluster": "cluster", "submitted": "2026-01-01T00:00:00+00:00"}""");
        }

        _slurm.AddJob("1", "weather", "RUNNING", "RUNNING");

        using (var process = _slurm.Start([.. Trials, "--set", "milliseconds=2000"]))
        {
            Assert.False(process.WaitForExit(TimeSpan.FromSeconds(6)), "the run ended");
            Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
            process.WaitForExit();
        }

        Assert.Equal("RUNNING", File.ReadAllText(_slurm.PathOf("jobs/1/state.0")).Trim());
        AssertBothRecorded(_slurm.Run(Trials));
        Assert.Equal("RUNNING", File.ReadAllText(_slurm.PathOf("jobs/1/state.0")).Trim());
    }

    [Fact]
    public void A_task_cancelled_from_outside_is_unfinished_and_the_same_command_runs_it()
    {
        string[] command = ["--filter", "method=lora,task=rte,seed=0", "--set", "milliseconds=1000", "--set", "slurm.lost-after=3"];
        using (var process = _slurm.Start(command))
        {
            _slurm.WaitFor("RUNNING", process);
            Process.Start(_slurm.PathOf("scancel"), ["1"]).WaitForExit();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();

            Assert.Equal(1, process.ExitCode);
            Assert.Contains("UNFINISHED lora r=8 rte seed 0: Slurm task 1_0 ended (CANCELLED) without a record", output);
            Assert.Contains("Rerun the same command to resume.", output + process.StandardError.ReadToEnd());
        }

        Assert.False(File.Exists(_slurm.Folder.Record("lora-r8.rte.s0")));
        var (code, text) = _slurm.Run(command);
        Assert.True(code == 0, text);
    }

    [Fact]
    public void A_task_that_Slurm_starts_again_is_resumed()
    {
        _slurm.Set("sbatch.requeue");

        var (code, output) = _slurm.Run("--filter", "method=lora,task=rte,seed=0", "--set", "milliseconds=700");

        Assert.True(code == 0, output);
        Assert.Contains("resumed once", output);
        Assert.Single(_slurm.Calls("sbatch"));
    }

    [Fact]
    public void A_task_ended_by_its_time_limit_is_interrupted_and_the_same_command_resumes_it()
    {
        string[] command = ["--filter", "method=lora,task=rte,seed=0", "--set", "milliseconds=700", "--set", "slurm.lost-after=3"];
        _slurm.Set("sbatch.timelimit");

        var (code, output) = _slurm.Run(command);

        Assert.Equal(1, code);
        Assert.Contains("(TIMEOUT) without a record", output);
        Assert.Contains("It was interrupted and has a checkpoint.", output);
        Assert.DoesNotContain("FAILED", output);

        (code, output) = _slurm.Run(command);

        Assert.True(code == 0, output);
        Assert.Contains("resumed once", output);
    }

    [Fact]
    public void A_results_folder_may_have_spaces_and_percent_signs_in_its_name()
    {
        var (code, output) = _slurm.Run(
            "--profile", "broken", "--filter", "method=good,throwing,task=rte", "--results", "my results %a 100%",
            "--set", "slurm.lost-after=3");

        Assert.Equal(1, code);
        Assert.Contains("done good r=8 rte seed 0", output);
        Assert.Contains("FAILED throwing r=8 rte seed 0: InvalidDataException", output);
        var folder = Path.Combine(_slurm.Folder.Root, "my results %a 100%", "Fake", "broken", "runs", "slurm");
        Assert.Equal(2, Directory.EnumerateFiles(folder, "*.out", SearchOption.AllDirectories).Count());
    }

    [Fact]
    public void A_limit_in_the_environment_does_not_override_the_one_given()
    {
        Environment.SetEnvironmentVariable("SBATCH_TIMELIMIT", "5-0");
        try
        {
            AssertBothRecorded(_slurm.Run([.. Trials, "--set", "slurm.time=0:10:00"]));
        }
        finally
        {
            Environment.SetEnvironmentVariable("SBATCH_TIMELIMIT", null);
        }

        Assert.Equal("0:10:00", File.ReadAllText(_slurm.PathOf("jobs/1/limit")).Trim());
    }

    [Fact]
    public void More_trials_than_an_array_may_have_become_several_arrays()
    {
        _slurm.Set("sbatch.most", "2");

        var (code, output) = _slurm.Run("--profile", "sweep", "--filter", "task=t0,t1,t2,t3,t4");

        Assert.True(code == 0, output);
        Assert.Equal(3, _slurm.Calls("sbatch").Length);
        Assert.Equal(5, _slurm.Folder.Csv("sweep").Split('\n').Count(line => line.Contains("accuracy")));
    }

    private void AssertBothRecorded((int Code, string Output) run)
    {
        Assert.True(run.Code == 0, run.Output);
        Assert.Equal(2, _slurm.Folder.Csv().Split('\n').Count(line => line.Contains("accuracy")));
    }
}
