using System.Diagnostics;

namespace Reproduction.Tests.Hosting;

/// <summary>Runs in processes of their own: workers, crashes, kills, interrupts.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Workers_give_the_same_results_as_one_process()
    {
        _folder.Run();
        using var other = new TestFolder();

        var (code, output) = other.Run("--jobs", "2", "--results", other.Results);

        Assert.Equal(0, code);
        Assert.Empty(other.Experiment.Ran);
        Assert.Contains("[8/8]", output);
        Assert.Equal(_folder.Csv(), other.Csv());
    }

    [Fact]
    public void A_worker_that_dies_costs_only_its_own_trial()
    {
        var (code, output) = _folder.Run("--profile", "broken", "--jobs", "2", "--results", _folder.Results);

        Assert.Equal(1, code);
        Assert.Contains("FAILED crashing r=8 rte seed 0: The worker process ended with code 137.", output);
        Assert.Contains("out of memory", File.ReadAllText(_folder.Record("crashing-r8.rte.s0", "broken")));
        Assert.Contains("FAILED throwing r=8 mrpc seed 0", output);
        Assert.Equal(2, _folder.Csv("broken").Split('\n').Count(line => line.Contains("good") && line.Contains("accuracy")));
    }

    [Fact]
    public void A_sweep_of_four_trials_killed_at_twenty_random_moments_ends_in_the_same_results_as_an_uninterrupted_one()
    {
        string[] fourTrials = ["--filter", "seed=0"];
        _folder.Run(fourTrials);
        using var killed = new TestFolder();
        var random = new Random(7);
        for (var kill = 0; kill < 20; kill++)
        {
            using var process = killed.Start([.. fourTrials, "--set", "milliseconds=100", "--jobs", kill % 2 == 0 ? "1" : "2"]);
            if (!process.WaitForExit(random.Next(100, 500)))
            {
                process.Kill();
                process.WaitForExit();
            }
        }

        Assert.Equal(0, killed.Run(fourTrials).Code);

        Assert.Equal(_folder.Csv(), killed.Csv());
    }

    [Fact]
    public void An_interrupt_ends_a_run_with_workers_in_a_state_from_which_it_resumes()
    {
        using var process = _folder.Start("--set", "milliseconds=300", "--jobs", "2");
        var output = "";
        while (!output.Contains("done", StringComparison.Ordinal))
        {
            output += process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The run ended: {output}");
        }

        Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
        output += process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(130, process.ExitCode);
        Assert.Contains("Interrupted. Rerun the same command to resume.", output);
        var (code, rest) = _folder.Run();
        Assert.Equal(0, code);
        Assert.DoesNotContain(" 8 to run", rest);
        Assert.DoesNotContain(" 0 to run", rest);
    }
}
