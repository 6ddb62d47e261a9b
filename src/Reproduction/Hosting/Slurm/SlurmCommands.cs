using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Reproduction.Hosting.Slurm;

/// <summary>Slurm's programs.</summary>
internal static partial class SlurmCommands
{
    // Slurm's own default, where it does not tell.
    private const int UsualMaxArraySize = 1001;

    private const char Separator = '|';

    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMinutes(1);

    private static readonly string[] BusyMessages =
    [
        "timed out", "Unable to contact", "temporarily", "Connection refused", "Transport endpoint", "standby", "Zero Bytes", "try again",
        "System call interrupted",
    ];

    private static readonly string[] LimitMessages = ["QOS", "AssocMax", "policy", "MaxJobCount"];

    /// <summary>Submits a script; returns the job's number, and the cluster where Slurm names one.</summary>
    /// <exception cref="UserErrorException">Slurm refuses it, or is not installed.</exception>
    /// <exception cref="SlurmBusyException">Slurm does not answer: whether it took the job is unknown.</exception>
    public static (string? Id, string? Cluster) Submit(IEnumerable<string> arguments)
    {
        string[] words = ["--parsable", .. arguments];
        var (code, output, error) = Run("sbatch", words);
        if (code != 0)
        {
            var message = $"sbatch {string.Join(' ', words)}: {error.Trim()}";
            var isLimit = LimitMessages.Any(text => error.Contains(text, StringComparison.Ordinal));
            throw isLimit || IsBusy(error) ? new SlurmBusyException(message) { IsLimit = isLimit } : new UserErrorException(message);
        }

        // A login shell's banner may stand before the number.
        var answer = output.Split('\n').Select(line => JobNumber().Match(line.Trim())).LastOrDefault(match => match.Success);
        return answer is null ? (null, null) : (answer.Groups[1].Value, answer.Groups[2].Success ? answer.Groups[2].Value : null);
    }

    /// <summary>The tasks of the user's jobs of these names, ended ones included as long as Slurm remembers them.</summary>
    /// <exception cref="SlurmBusyException">Slurm does not answer.</exception>
    public static IReadOnlyList<SlurmTaskState> Tasks(IReadOnlyCollection<string> names, string? cluster)
    {
        var (code, output, error) = Run(
            "squeue",
            [
                "--noheader", "--array", "--me", "--states=all", $"--name={string.Join(',', names)}",
                $"--format=%F{Separator}%K{Separator}%j{Separator}%T{Separator}%r", .. Cluster(cluster),
            ]);
        return code != 0
            ? throw new SlurmBusyException($"squeue: {error.Trim()}")
            : [.. output.Split('\n').Select(Task).OfType<SlurmTaskState>().Where(task => names.Contains(task.JobName))];

        static SlurmTaskState? Task(string line) =>
            line.Trim().Split(Separator, 5) is [var id, var index, var name, var state, var reason]
            && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new SlurmTaskState(name, id, number, state, reason)
                : null;
    }

    /// <summary>Ends a job of the user's, by its name.</summary>
    /// <returns>What Slurm says if it does not end it; null if it does.</returns>
    public static string? Cancel(SlurmJob job)
    {
        var (code, _, error) = Run("scancel", [$"--name={job.Name}", .. Cluster(job.Cluster)]);
        return code == 0 ? null : error.Trim();
    }

    /// <summary>How many tasks an array may have.</summary>
    public static int MaxArraySize()
    {
        try
        {
            var match = MaxArraySizeLine().Match(Run("scontrol", ["show", "config"]).Output);
            return match.Success && int.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var size) && size > 0
                ? size
                : UsualMaxArraySize;
        }
        catch (UserErrorException)
        {
            return UsualMaxArraySize;
        }
    }

    private static bool IsBusy(string error) => BusyMessages.Any(text => error.Contains(text, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> Cluster(string? cluster) => cluster is null ? [] : [$"--clusters={cluster}"];

    private static (int Code, string Output, string Error) Run(string program, IEnumerable<string> arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var name in start.Environment.Keys.Where(ChangesAnswers).ToList())
            {
                start.Environment.Remove(name);
            }

            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(LongestAnswer))
            {
                process.Kill(entireProcessTree: true);
                return (1, "", $"{program} timed out after {LongestAnswer.TotalSeconds} s.");
            }

            return (process.ExitCode, output.Result, error.Result);
        }
        catch (Win32Exception exception)
        {
            throw new UserErrorException(
                $"--launcher slurm: {program} cannot be started ({exception.Message}). Is Slurm installed on this machine?", exception);
        }
    }

    // A user's own filters would hide tasks; sbatch would wait for the end of the job.
    private static bool ChangesAnswers(string variable) =>
        variable.StartsWith("SQUEUE_", StringComparison.Ordinal)
        || variable.StartsWith("SCANCEL_", StringComparison.Ordinal)
        || variable is "SBATCH_WAIT";

    [GeneratedRegex(@"^(\d+)(?:;([\w.-]+))?$")]
    private static partial Regex JobNumber();

    [GeneratedRegex(@"MaxArraySize\s*=\s*(\d+)")]
    private static partial Regex MaxArraySizeLine();
}
