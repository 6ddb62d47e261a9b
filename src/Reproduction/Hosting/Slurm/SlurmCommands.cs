using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Reproduction.Hosting.Slurm;

/// <summary>Slurm's programs.</summary>
internal static class SlurmCommands
{
    /// <summary>Submits a script; returns the job's id.</summary>
    /// <exception cref="UserErrorException">Slurm refuses it, or is not installed.</exception>
    public static string Submit(string script)
    {
        var (code, output, error) = Run("sbatch", "--parsable", script);

        // The id may be followed by the cluster's name.
        return code == 0 ? output.Split(';')[0].Trim() : throw new UserErrorException($"sbatch {script}: {error.Trim()}");
    }

    /// <summary>The states of a job's array tasks that have not ended, by index; empty for a job that Slurm no longer knows.</summary>
    /// <exception cref="SlurmBusyException">Slurm does not answer.</exception>
    public static Dictionary<int, string> States(string job)
    {
        var (code, output, error) = Run("squeue", "--noheader", "--array", "--jobs", job, "--format", "%K %T");
        return code == 0 ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(parts => parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .ToDictionary(parts => int.Parse(parts[0], CultureInfo.InvariantCulture), parts => parts[1])
            : error.Contains("Invalid job id", StringComparison.OrdinalIgnoreCase) ? []
            : throw new SlurmBusyException($"squeue: {error.Trim()}");
    }

    /// <summary>Ends a job.</summary>
    public static void Cancel(string job) => Run("scancel", job);

    private static (int Code, string Output, string Error) Run(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (Win32Exception exception)
        {
            throw new UserErrorException(
                $"--launcher slurm: {program} cannot be started ({exception.Message}). Is Slurm installed on this machine?", exception);
        }
    }
}
