namespace Reproduction.Hosting;

/// <summary>The physical cores that this process may use: a second thread on a core adds little to dense arithmetic.</summary>
internal static class ProcessorCores
{
    private const string LinuxTable = "/proc/cpuinfo";

    /// <summary>Their number; elsewhere than on Linux, that of the logical processors.</summary>
    public static int Count()
    {
        // Knows of affinity and of a container's limits.
        var allowed = Environment.ProcessorCount;
        var physical = File.Exists(LinuxTable) ? Physical(File.ReadLines(LinuxTable)) : 0;
        return physical == 0 ? allowed : Math.Min(allowed, physical);
    }

    /// <summary>The different pairs of package and core in the kernel's table; 0 where it does not name them.</summary>
    public static int Physical(IEnumerable<string> table)
    {
        var cores = new HashSet<(string Package, string Core)>();
        var package = "";
        foreach (var line in table)
        {
            var (name, value) = line.Split(':', 2, StringSplitOptions.TrimEntries) is [var left, var right] ? (left, right) : ("", "");
            if (name == "physical id")
            {
                package = value;
            }
            else if (name == "core id")
            {
                cores.Add((package, value));
            }
        }

        return cores.Count;
    }
}
