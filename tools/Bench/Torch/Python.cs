using System.Diagnostics;

namespace Bench.Torch;

/// <summary>toy_transformer.py in a process of its own.</summary>
internal static class Python
{
    public const string Name = "Python";

    // Debian's torch belongs to Debian's python3, behind which another python3 may come first on the PATH.
    private const string SystemPython = "/usr/bin/python3";

    // They make OpenBLAS take another processor's kernels and block sizes.
    private static readonly string[] Limits = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"];

    /// <summary>Starts the first python3 that has torch; null where none has.</summary>
    public static LineProcess? Start()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var candidates = folders.Select(folder => Path.Combine(folder, "python3")).Append(SystemPython);
        var script = Path.Combine(AppContext.BaseDirectory, "Torch", "toy_transformer.py");
        return candidates.Where(File.Exists).FirstOrDefault(HasTorch) is { } python
            ? new LineProcess(Name, Command(python, script))
            : null;
    }

    private static bool HasTorch(string python)
    {
        var command = Command(python, "-c", "import torch");
        command.RedirectStandardError = true;
        using var process = Process.Start(command)!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static ProcessStartInfo Command(string python, params IReadOnlyList<string> arguments)
    {
        var command = new ProcessStartInfo(python, arguments);
        foreach (var limit in Limits)
        {
            command.Environment.Remove(limit);
        }

        return command;
    }
}
