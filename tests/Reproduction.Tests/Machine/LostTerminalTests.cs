using System.Diagnostics;

namespace Reproduction.Tests.Machine;

/// <summary>What the program prints may have nowhere to go: trials end as they would all the same.</summary>
public sealed class LostTerminalTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [MachineTheory("test -w /dev/full", "/dev/full")]
    [InlineData("1")]
    [InlineData("2")]
    public void Trials_are_recorded_though_standard_output_is_on_a_full_disk(string jobs)
    {
        var (code, output) = Run($$"""dotnet exec "$0" --filter method=lora,task=rte --jobs {{jobs}} 2>&1 >/dev/full""");

        Assert.Equal("error: standard output cannot be written: No space left on device", output.Trim());
        Assert.Equal(1, code);
        Assert.True(File.Exists(_folder.Record("lora-r8.rte.s1")));
    }

    [MachineFact("test -w /dev/full", "/dev/full")]
    public void An_error_that_cannot_be_printed_is_still_an_exit_code() =>
        Assert.Equal((1, ""), Run("""dotnet exec "$0" --jobs many 2>/dev/full"""));

    // Closing the window of a terminal sends SIGHUP, and from then on every write to it is an error.
    [MachineTheory("python3 -c 'import pty'", "python3")]
    [InlineData("1")]
    [InlineData("2")]
    public void A_closed_terminal_interrupts_as_any_signal_does(string jobs)
    {
        var (code, output) = Run($$"""
            exec python3 - "$0" <<'end'
            import glob, os, pty, sys, time
            process, terminal = pty.fork()
            if process == 0:
                os.environ["TERM"] = "xterm"
                os.execvp("dotnet", ["dotnet", "exec", sys.argv[1], "--filter", "method=lora,task=rte", "--jobs", "{{jobs}}",
                    "--set", "milliseconds=1000"])
            os.set_blocking(terminal, False)
            while not glob.glob("results/Fake/mini/runs/*.checkpoint/step.txt"):
                try:
                    os.read(terminal, 65536)
                except BlockingIOError:
                    time.sleep(0.05)
            os.close(terminal)
            print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
            end
            """);

        Assert.Equal((0, "130"), (code, output.Trim()));
        Assert.Equal(jobs == "1" ? 1 : 2, Directory.GetFiles(
            Path.Combine(_folder.Profile(), "runs"), "elapsed.txt", SearchOption.AllDirectories).Length);
    }

    private (int Code, string Output) Run(string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", script, TestFolder.Program])
        {
            WorkingDirectory = _folder.Root,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
