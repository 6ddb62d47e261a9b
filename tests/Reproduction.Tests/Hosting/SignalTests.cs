using System.Diagnostics;
using SpectralExperiments.Tests;

namespace Reproduction.Tests.Hosting;

/// <summary>Signals and streams of a program as a shell sees them.</summary>
public sealed class SignalTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LinuxTheory]
    [InlineData("HUP", "1")]
    [InlineData("TERM", "2")]
    public void A_closed_terminal_or_a_termination_leaves_a_state_from_which_the_run_resumes(string signal, string jobs)
    {
        using var process = _folder.Start("--filter", "method=lora,task=rte,seed=0", "--set", "milliseconds=300", "--jobs", jobs);
        var checkpoint = "";
        while (checkpoint.Length == 0)
        {
            Assert.False(process.WaitForExit(20));
            checkpoint = Directory.Exists(_folder.Results)
                ? Directory.EnumerateFiles(_folder.Results, "step.txt", SearchOption.AllDirectories).FirstOrDefault("")
                : "";
        }

        Process.Start("kill", [$"-{signal}", $"{process.Id}"]).WaitForExit();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(130, process.ExitCode);
        Assert.Contains("Interrupted. Rerun the same command to resume.", output);
        Assert.True(File.Exists(checkpoint));
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(checkpoint)!, "elapsed.txt")));
        Assert.Contains("resumed once", _folder.Run("--filter", "method=lora,task=rte,seed=0").Output);
    }

    [Theory]
    [InlineData("error: --data nowhere", "--data", "nowhere")]
    [InlineData("error: Unrecognized command or argument 'walk'", "walk")]
    [InlineData("error: --jobs abc: expected a whole number", "--jobs", "abc")]
    public async Task Errors_go_to_standard_error(string expected, params string[] args)
    {
        using var process = _folder.Start(args);
        var reading = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        var errors = await reading;
        await process.WaitForExitAsync();

        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith(expected, errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
        Assert.Empty(output);
    }

    [Fact]
    public void The_manifest_holds_the_options_that_the_user_gave()
    {
        string[] options = ["--filter", "method=lora,task=rte,seed=0", "--jobs", "2", "--results", _folder.Results];
        Assert.Equal(0, _folder.Run(options).Code);

        var record = new Reproduction.Storage.ResultStore(_folder.Results, "Fake", "mini").Find(new Trial("lora", "rte", 8, 0))!;

        Assert.Equal(options, record.Manifest.CommandLine);
    }
}
