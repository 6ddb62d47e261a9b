using System.Diagnostics;

namespace Reproduction.Tests.Machine;

/// <summary>Runs bash.</summary>
internal static class Shell
{
    /// <summary>Runs a command line to its end; returns its exit code and all that it printed.</summary>
    public static (int Code, string Output) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    /// <summary>Whether a command line can be run and succeeds.</summary>
    public static bool Succeeds(string command)
    {
        try
        {
            return Run("-c", command).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
