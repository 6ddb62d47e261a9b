using System.Diagnostics;

namespace SpectralExperiments.Tests;

/// <summary>What a program printed, and its exit code.</summary>
internal sealed record ProgramRun(int ExitCode, string Output)
{
    /// <summary>Runs the program of an experiment in a process of its own, as a user would.</summary>
    public static ProgramRun Of(string program, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program + ".dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = RepositoryPaths.Root,
        };
        start.Environment.Remove("SPECTRAL_DATA");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ProgramRun(process.ExitCode, output + errors.Result);
    }

    public static ProgramRun Of(string program, params string[] arguments) => Of(program, new Dictionary<string, string?>(), arguments);
}
