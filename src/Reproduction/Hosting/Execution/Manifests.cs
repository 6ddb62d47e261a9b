using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Reproduction.Storage;

namespace Reproduction.Hosting.Execution;

/// <summary>Collects where a trial's values come from.</summary>
internal static class Manifests
{
    public static RunManifest Of(HostSession session, TrialResult? result, TrialClock clock)
    {
        using var process = Process.GetCurrentProcess();
        return new RunManifest
        {
            Started = clock.Started,
            WallSeconds = clock.Seconds,
            Resumed = clock.Resumed,
            PeakMemoryBytes = process.PeakWorkingSet64,
            Device = session.Options.Device,
            Machine = $"{Environment.MachineName}, {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors",
            CodeVersion = Version(session.Experiment.GetType().Assembly),
            Libraries = Libraries(),
            CommandLine = session.Options.GivenArguments,
            Facts = result?.Facts ?? new Dictionary<string, string>(),
        };
    }

    private static SortedDictionary<string, string> Libraries()
    {
        var libraries = new SortedDictionary<string, string>(StringComparer.Ordinal) { [".NET"] = Environment.Version.ToString() };
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic && !IsOfRuntime(assembly)))
        {
            if (assembly.GetName().Name is { } name)
            {
                libraries[name] = Version(assembly).Split('+')[0];
            }
        }

        return libraries;
    }

    // By its product: in a single-file program assemblies have no location.
    private static bool IsOfRuntime(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyProductAttribute>()?.Product
        == typeof(object).Assembly.GetCustomAttribute<AssemblyProductAttribute>()?.Product
        && assembly.GetName().Version?.Major == Environment.Version.Major;

    // The informational version names the commit too.
    private static string Version(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? assembly.GetName().Version?.ToString()
        ?? "unknown";
}
