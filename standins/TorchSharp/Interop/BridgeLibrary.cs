using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace TorchSharp.Interop;

/// <summary>
/// Builds torch_bridge.cpp on first use and loads it. The library is kept in the user's cache folder under a name made
/// of the source and the libtorch that it was built against, so that a change of either builds anew.
/// </summary>
internal static class BridgeLibrary
{
    // One standard after the other: libtorch 1.13 needs 17, the newest ones 20.
    private static readonly string[] Standards = ["-std=c++17", "-std=c++20"];

    public static nint Load()
    {
        var libtorch = LibtorchInstallation.Find();
        var source = ReadSource();
        var identity = SHA256.HashData(Encoding.UTF8.GetBytes(source + libtorch.Identity));
        var folder = Path.Combine(CacheFolder(), Convert.ToHexStringLower(identity)[..16]);
        var library = Path.Combine(folder, "libtorch_bridge.so");
        if (!File.Exists(library))
        {
            Build(source, libtorch, folder, library);
        }

        OpenBlas.ChooseKernels();
        return NativeLibrary.Load(library);
    }

    private static string ReadSource()
    {
        using var stream = typeof(BridgeLibrary).Assembly.GetManifestResourceStream("torch_bridge.cpp")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string CacheFolder()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache))
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            cache = home.Length > 0 ? Path.Combine(home, ".cache") : Path.GetTempPath();
        }

        return Path.Combine(cache, "spectral-experiments", "torch-bridge");
    }

    private static void Build(string source, LibtorchInstallation libtorch, string folder, string library)
    {
        Directory.CreateDirectory(folder);
        var sourceFile = Path.Combine(folder, $"torch_bridge.{Environment.ProcessId}.cpp");
        var unfinished = Path.Combine(folder, $"libtorch_bridge.{Environment.ProcessId}.so");
        File.WriteAllText(sourceFile, source);
        try
        {
            string? complaint = null;
            foreach (var standard in Standards)
            {
                complaint = Compile(standard, sourceFile, libtorch, unfinished);
                if (complaint is null)
                {
                    File.Move(unfinished, library, overwrite: true);
                    return;
                }
            }

            throw new DllNotFoundException($"torch_bridge.cpp does not compile against the libtorch in {libtorch.Libraries}:\n{complaint}");
        }
        finally
        {
            File.Delete(sourceFile);
            File.Delete(unfinished);
        }
    }

    /// <summary>Runs the compiler; null when it succeeded, else what it said.</summary>
    private static string? Compile(string standard, string source, LibtorchInstallation libtorch, string output)
    {
        var compiler = Environment.GetEnvironmentVariable("CXX") is { Length: > 0 } named ? named : "c++";
        var start = new ProcessStartInfo(compiler) { RedirectStandardError = true };
        string[] arguments = [standard, "-O2", "-fPIC", "-shared", .. libtorch.Flags, .. libtorch.Includes.Select(folder => "-I" + folder),
            source, "-o", output, "-L" + libtorch.Libraries, "-Wl,-rpath," + libtorch.Libraries, "-Wl,--no-as-needed", "-ltorch", "-ltorch_cpu", "-lc10"];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // A CUDA build registers its operators when this library is loaded; nothing links to it otherwise.
        if (File.Exists(Path.Combine(libtorch.Libraries, "libtorch_cuda.so")))
        {
            start.ArgumentList.Add("-ltorch_cuda");
        }

        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : errors;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new DllNotFoundException(
                $"The C++ compiler '{compiler}' was not found; it is needed once, to build the bridge to libtorch. " +
                "Run ./run_tests.sh once, which installs it, or: apt-get install g++ (or set CXX to your compiler)");
        }
    }
}
