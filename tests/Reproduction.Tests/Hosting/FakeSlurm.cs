using System.Diagnostics;
using SpectralExperiments.Tests;

namespace Reproduction.Tests.Hosting;

/// <summary>Slurm's programs as scripts (tests/slurm/fake), in a folder of their own beside the fake experiment's results.</summary>
internal sealed class FakeSlurm : IDisposable
{
    private readonly string _programs;

    public FakeSlurm()
    {
        _programs = Path.Combine(Folder.Root, "bin");
        Directory.CreateDirectory(_programs);
        foreach (var script in Directory.EnumerateFiles(Path.Combine(RepositoryPaths.Root, "tests", "slurm", "fake")))
        {
            File.Copy(script, PathOf(Path.GetFileName(script)));
        }
    }

    public TestFolder Folder { get; } = new();

    public string PathOf(string name) => Path.Combine(_programs, name);

    /// <summary>Writes a file that changes how the scripts behave.</summary>
    public void Set(string name, string content = "") => File.WriteAllText(PathOf(name), content);

    /// <summary>The command lines with which a program was called; none where it was not.</summary>
    public string[] Calls(string program) => File.Exists(PathOf(program + ".calls")) ? File.ReadAllLines(PathOf(program + ".calls")) : [];

    /// <summary>Tells the queue of a job that this run did not submit.</summary>
    public void AddJob(string id, string name, params string[] states)
    {
        Directory.CreateDirectory(PathOf(Path.Combine("jobs", id)));
        Set(Path.Combine("jobs", id, "name"), name);
        foreach (var (index, state) in states.Index())
        {
            Set(Path.Combine("jobs", id, $"state.{index}"), state);
        }
    }

    /// <summary>Waits for a task of the first job to be in a state.</summary>
    public void WaitFor(string state, Process process)
    {
        var path = PathOf(Path.Combine("jobs", "1", "state.0"));
        while (!File.Exists(path) || File.ReadAllText(path).Trim() != state)
        {
            Assert.False(process.WaitForExit(50), process.HasExited ? process.StandardOutput.ReadToEnd() : "");
        }
    }

    public Process Start(params string[] args) => Folder.Start($"{_programs}:{TestFolder.SystemPath}", [.. args, "--launcher", "slurm"]);

    /// <summary>Runs a command line; five seconds are as long as a folder of one machine takes to show a file.</summary>
    public (int Code, string Output) Run(params string[] args)
    {
        using var process = Start(args);
        var output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    public void Dispose() => Folder.Dispose();
}
