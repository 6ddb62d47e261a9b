using System.Diagnostics;

namespace Reproduction.Tests.Hosting;

/// <summary>
/// The Slurm launcher with sbatch, squeue and scancel replaced by scripts that run the array's tasks one after the other;
/// tests/slurm/sweep.sh runs the same sweep on a real Slurm.
/// </summary>
public sealed class SlurmTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _programs;

    public SlurmTests()
    {
        _programs = Path.Combine(_folder.Root, "bin");
        Directory.CreateDirectory(_programs);
        Program("sbatch", """
            script="$2"; echo "$script" >> "$0.calls"
            id=$(wc -l < "$0.calls")
            last=$(sed -n 's/^#SBATCH --array=0-//p' "$script")
            for i in $(seq 0 "$last"); do touch "$(dirname "$0")/task.$id.$i"; done
            (for i in $(seq 0 "$last"); do
               task="$(dirname "$0")/task.$id.$i"
               [ -e "$task" ] || continue
               SLURM_ARRAY_TASK_ID=$i bash "$script" &
               echo $! > "$task"
               wait $!
               rm -f "$task"
             done) > /dev/null 2>&1 &
            echo "$id;cluster"
            """);
        Program("squeue", """
            found=1
            for task in "$(dirname "$0")"/task."$4".*; do [ -e "$task" ] && echo "${task##*.} RUNNING" && found=0; done
            [ $found = 0 ] || echo "slurm_load_jobs error: Invalid job id specified" >&2
            [ ! -e "$0.busy" ] || { rm "$0.busy"; echo "slurm_load_jobs error: Socket timed out on send/recv operation" >&2; exit 1; }
            exit $found
            """);
        Program("scancel", """
            echo "$1" >> "$0.calls"
            pids=$(cat "$(dirname "$0")"/task."$1".*)
            rm -f "$(dirname "$0")"/task."$1".*
            for pid in $pids; do
              kill "$pid"
              while kill -0 "$pid" 2> /dev/null; do sleep 0.1; done
            done
            """);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_sweep_records_all_trials_but_the_failing_one_which_alone_is_submitted_again()
    {
        var (code, output) = Run(
            "--profile", "sweep", "--filter", "task=t0,t7,t8", "--launcher",
            "slurm", "--set", "slurm.partition=main", "--set", "slurm.time=0:10:00");

        Assert.Equal(1, code);
        Assert.Contains("FAILED throwing r=8 t7 seed 0", output);
        Assert.Equal(2, _folder.Csv("sweep").Split('\n').Count(line => line.Contains("accuracy")));
        var script = Path.Combine(_folder.Profile("sweep"), "runs", "slurm", "job.sh");
        Assert.Contains("#SBATCH --array=0-2\n", File.ReadAllText(script));
        Assert.Contains("#SBATCH --partition=main\n#SBATCH --time=0:10:00\n", File.ReadAllText(script));

        (code, output) = Run("--profile", "sweep", "--filter", "task=t0,t7,t8", "--launcher", "slurm", "--set", "heal=true");

        Assert.Equal(0, code);
        Assert.Contains("3 trials selected, 2 completed before, 1 to run", output);
        Assert.Contains("#SBATCH --array=0-0\n", File.ReadAllText(script));
        Assert.Equal(3, _folder.Csv("sweep").Split('\n').Count(line => line.Contains("accuracy")));
    }

    [Fact]
    public void A_controller_that_does_not_answer_for_a_moment_costs_no_trial()
    {
        File.WriteAllText(Path.Combine(_programs, "squeue.busy"), "");

        var (code, output) = Run("--filter", "method=lora,seed=0", "--launcher", "slurm");

        Assert.True(code == 0, output);
        Assert.False(File.Exists(Path.Combine(_programs, "squeue.busy")));
        Assert.Equal(2, _folder.Csv().Split('\n').Count(line => line.Contains("accuracy")));
    }

    [Fact]
    public void A_task_that_leaves_no_record_is_a_failed_trial()
    {
        var (code, output) = Run("--profile", "broken", "--launcher", "slurm", "--filter", "method=good,crashing,task=rte");

        Assert.Equal(1, code);
        Assert.Contains("FAILED crashing r=8 rte seed 0: The Slurm job ended without a record", output);
        Assert.Contains("done good r=8 rte seed 0", output);
    }

    [Fact]
    public void A_killed_launcher_follows_its_array_instead_of_submitting_again()
    {
        using (var process = _folder.Start(
            $"{_programs}:{TestFolder.SystemPath}", ["--filter", "method=lora,seed=0", "--launcher", "slurm", "--set", "milliseconds=40"]))
        {
            while (!File.Exists(Path.Combine(_folder.Profile(), "runs", "slurm", "job.txt")))
            {
                Assert.False(process.WaitForExit(20));
            }

            process.Kill();
            process.WaitForExit();
        }

        var (code, _) = Run("--filter", "method=lora,seed=0", "--launcher", "slurm");

        Assert.Equal(0, code);
        Assert.Single(File.ReadAllLines(Path.Combine(_programs, "sbatch.calls")));
        Assert.Equal(2, _folder.Csv().Split('\n').Count(line => line.Contains("accuracy")));
    }

    [Fact]
    public void An_interrupt_cancels_the_array()
    {
        using var process = _folder.Start($"{_programs}:{TestFolder.SystemPath}", ["--launcher", "slurm", "--set", "milliseconds=2000"]);
        var output = "";
        while (!output.Contains("start", StringComparison.Ordinal))
        {
            output += process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The run ended: {output}");
        }

        Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(130, process.ExitCode);
        Assert.Equal(["1"], File.ReadAllLines(Path.Combine(_programs, "scancel.calls")));
    }

    [Fact]
    public void A_machine_without_slurm_is_told_so()
    {
        var (code, output) = RunAlong(
            "", "--launcher", "slurm", "--set", "slurm.file=" + Options("{\"mem\": \"4G\", \"cpus-per-task\": 2}"));

        Assert.Equal(1, code);
        Assert.Contains("--launcher slurm: sbatch cannot be started", output);
        Assert.Contains(
            "#SBATCH --cpus-per-task=2\n#SBATCH --mem=4G\n", File.ReadAllText(Path.Combine(_folder.Profile(), "runs", "slurm", "job.sh")));
    }

    private (int Code, string Output) Run(params string[] args) => RunAlong($"{_programs}:{TestFolder.SystemPath}", args);

    private (int Code, string Output) RunAlong(string searchPath, params string[] args)
    {
        using var process = _folder.Start(searchPath, args);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private string Options(string json)
    {
        var path = Path.Combine(_folder.Root, "slurm.json");
        File.WriteAllText(path, json);
        return path;
    }

    private void Program(string name, string script)
    {
        var path = Path.Combine(_programs, name);
        File.WriteAllText(path, "#!/bin/bash\n" + script + "\n");
        Process.Start("chmod", ["+x", path]).WaitForExit();
    }
}
