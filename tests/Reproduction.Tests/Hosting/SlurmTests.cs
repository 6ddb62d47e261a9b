using System.Diagnostics;

namespace Reproduction.Tests.Hosting;

/// <summary>The Slurm launcher, with scripts in place of Slurm; tests/slurm/sweep.sh runs the same sweep on a real Slurm.</summary>
public sealed class SlurmTests : IDisposable
{
    private readonly FakeSlurm _slurm = new();

    public void Dispose() => _slurm.Dispose();

    [Fact]
    public void A_sweep_records_all_trials_but_the_failing_one_which_alone_is_submitted_again()
    {
        var (code, output) = _slurm.Run(
            "--profile", "sweep", "--filter", "task=t0,t7,t8", "--set", "slurm.partition=main", "--set", "slurm.time=0:10:00");

        Assert.Equal(1, code);
        Assert.Contains("FAILED throwing r=8 t7 seed 0", output);
        Assert.Equal(2, _slurm.Folder.Csv("sweep").Split('\n').Count(line => line.Contains("accuracy")));
        Assert.Matches(
            "--array=0-2 --job-name=Fake-[0-9a-f]{12} .*--partition=main --time=0:10:00 ", Assert.Single(_slurm.Calls("sbatch")));
        Assert.Matches("Slurm job 1, Fake-[0-9a-f]{12}: 3 ", output);
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(_slurm.Folder.Profile("sweep"), "runs", "slurm")));

        (code, output) = _slurm.Run("--profile", "sweep", "--filter", "task=t0,t7,t8", "--set", "heal=true");

        Assert.Equal(0, code);
        Assert.Contains("3 trials selected, 2 completed before, 1 to run", output);
        Assert.Contains("--array=0-0 ", _slurm.Calls("sbatch")[^1]);
        Assert.Equal(3, _slurm.Folder.Csv("sweep").Split('\n').Count(line => line.Contains("accuracy")));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(_slurm.Folder.Profile("sweep"), "runs", "slurm")));
    }

    [Fact]
    public void A_task_that_leaves_no_record_is_a_failed_trial()
    {
        var (code, output) = _slurm.Run(
            "--profile", "broken", "--filter", "method=good,crashing,task=rte", "--set", "slurm.lost-after=3");

        Assert.Equal(1, code);
        Assert.Contains("FAILED crashing r=8 rte seed 0: Slurm task 1_1 ended (FAILED) without a record", output);
        Assert.Contains("done good r=8 rte seed 0", output);
    }

    [Fact]
    public void A_killed_launcher_follows_its_array_instead_of_submitting_again()
    {
        using (var process = _slurm.Start("--filter", "method=lora,seed=0", "--set", "milliseconds=40"))
        {
            _slurm.WaitFor("RUNNING", process);
            process.Kill();
            process.WaitForExit();
        }

        var (code, output) = _slurm.Run("--filter", "method=lora,seed=0");

        Assert.True(code == 0, output);
        Assert.Single(_slurm.Calls("sbatch"));
        Assert.Equal(2, _slurm.Folder.Csv().Split('\n').Count(line => line.Contains("accuracy")));
    }

    [Fact]
    public void An_interrupt_cancels_the_array()
    {
        using var process = _slurm.Start("--set", "milliseconds=2000");
        var output = "";
        while (!output.Contains("start", StringComparison.Ordinal))
        {
            output += process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The run ended: {output}");
        }

        Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(130, process.ExitCode);
        Assert.Matches("^--name=Fake-[0-9a-f]{12} --clusters=cluster$", Assert.Single(_slurm.Calls("scancel")));
        Assert.Equal("CANCELLED", File.ReadAllText(_slurm.PathOf("jobs/1/state.0")).Trim());
    }

    [Fact]
    public void A_machine_without_slurm_is_told_so()
    {
        using var process = _slurm.Folder.Start("", ["--launcher", "slurm"]);
        var output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(1, process.ExitCode);
        Assert.Contains("--launcher slurm: sbatch cannot be started", output);
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(_slurm.Folder.Profile(), "runs", "slurm")));
    }

    [Fact]
    public void Options_of_a_file_are_submitted()
    {
        var path = Path.Combine(_slurm.Folder.Root, "slurm.json");
        File.WriteAllText(path, "{\"mem\": \"4G\", \"cpus-per-task\": 2}");

        var (code, output) = _slurm.Run("--filter", "method=lora,task=rte,seed=0", "--set", $"slurm.file={path}");

        Assert.True(code == 0, output);
        Assert.Contains(" --cpus-per-task=2 --mem=4G ", _slurm.Calls("sbatch")[0]);
    }

    [Fact]
    public void Options_given_twice_are_refused()
    {
        var (code, output) = _slurm.Run("--set", "slurm.mem=4G", "--set", "slurm.mem=8G");

        Assert.Equal(1, code);
        Assert.Contains("error: --set: \"slurm.mem\" is set twice.", output);

        var path = Path.Combine(_slurm.Folder.Root, "slurm.json");
        File.WriteAllText(path, "{\"mem\": \"4G\", \"mem\": \"8G\"}");
        (code, output) = _slurm.Run("--set", $"slurm.file={path}");
        Assert.Equal(1, code);
        Assert.Contains("mem", output[output.IndexOf(path, StringComparison.Ordinal)..]);
        Assert.Empty(_slurm.Calls("sbatch"));
    }

    [Theory]
    [InlineData("slurm.time=", "slurm.time")]
    [InlineData("slurm.lost-after=soon", "slurm.lost-after=soon: expected seconds")]
    [InlineData("slurm.mem=4G\n#SBATCH --wrap", "slurm.mem")]
    public void Options_without_a_usable_value_are_refused(string assignment, string expected)
    {
        var (code, output) = _slurm.Run("--set", assignment);

        Assert.Equal(1, code);
        Assert.Contains(expected, output);
        Assert.Empty(_slurm.Calls("sbatch"));
    }
}
