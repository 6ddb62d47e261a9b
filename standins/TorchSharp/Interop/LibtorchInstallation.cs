using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>A libtorch on this machine: where its headers and shared libraries are.</summary>
/// <param name="Libraries">The folder of libtorch.so.</param>
/// <param name="Includes">The folders to search for headers.</param>
/// <param name="Flags">What the compiler must be told to match its binary interface.</param>
internal sealed record LibtorchInstallation(string Libraries, string[] Includes, string[] Flags)
{
    /// <summary>
    /// Takes the one that TORCH_ROOT names (the folder of a pip-installed torch or of an unpacked libtorch), else
    /// Debian's libtorch-dev, else the torch that python3 would import.
    /// </summary>
    /// <exception cref="DllNotFoundException">There is none.</exception>
    public static LibtorchInstallation Find()
    {
        if (Environment.GetEnvironmentVariable("TORCH_ROOT") is { Length: > 0 } root)
        {
            return FromRoot(root) ?? throw new DllNotFoundException(
                $"TORCH_ROOT is '{root}', but there is no lib/libtorch.so and include/ATen in it. Expected the folder of a pip-installed torch or of an unpacked libtorch.");
        }

        return FromDebian() ?? FromPython() ?? throw new DllNotFoundException(
            "No libtorch found: neither TORCH_ROOT, nor Debian's libtorch-dev, nor a torch that python3 could import. " +
            "Run ./run_tests.sh once, which installs it, or: apt-get install libtorch-dev libopenblas0-openmp");
    }

    /// <summary>Tells one build of libtorch from another.</summary>
    public string Identity
    {
        get
        {
            var library = new FileInfo(Path.Combine(Libraries, "libtorch_cpu.so"));
            var target = library.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? library;
            return $"{Libraries}|{target.Length}|{target.LastWriteTimeUtc.Ticks}|{string.Join(' ', Flags)}";
        }
    }

    private static LibtorchInstallation? FromRoot(string root)
    {
        var libraries = Path.Combine(root, "lib");
        var include = Path.Combine(root, "include");
        if (!File.Exists(Path.Combine(libraries, "libtorch.so")) || !Directory.Exists(Path.Combine(include, "ATen")))
        {
            return null;
        }

        // Older wheels were built with the compiler's old string layout; their CMake file says so.
        var cmake = Path.Combine(root, "share", "cmake", "Torch", "TorchConfig.cmake");
        var oldLayout = File.Exists(cmake) && File.ReadAllText(cmake).Contains("_GLIBCXX_USE_CXX11_ABI=0", StringComparison.Ordinal);
        return new LibtorchInstallation(
            Path.GetFullPath(libraries),
            [Path.GetFullPath(include), Path.GetFullPath(Path.Combine(include, "torch", "csrc", "api", "include"))],
            oldLayout ? ["-D_GLIBCXX_USE_CXX11_ABI=0"] : []);
    }

    private static LibtorchInstallation? FromDebian()
    {
        var multiarch = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
        var libraries = Path.Combine("/usr/lib", multiarch);
        return File.Exists(Path.Combine(libraries, "libtorch.so")) && Directory.Exists("/usr/include/ATen")
            ? new LibtorchInstallation(libraries, ["/usr/include/torch/csrc/api/include"], [])
            : null;
    }

    private static LibtorchInstallation? FromPython()
    {
        // Asks where torch lies without importing it, which would take seconds.
        const string Question = "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')";
        try
        {
            using var python = Process.Start(new ProcessStartInfo("python3", ["-c", Question]) { RedirectStandardOutput = true, RedirectStandardError = true });
            var folder = python?.StandardOutput.ReadToEnd().Trim();
            return string.IsNullOrEmpty(folder) ? null : FromRoot(folder);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
