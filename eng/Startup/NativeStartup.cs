using System.Reflection;
using System.Runtime.CompilerServices;

namespace SpectralExperiments.Startup;

/// <summary>
/// What a program sets up before libtorch is loaded. Compiled into every program (eng/Torch.targets) and run before its first
/// line; tests keep the choices of MKL and glibc.
/// </summary>
internal static class NativeStartup
{
    [ModuleInitializer]
    internal static void Run()
    {
        // A program that a test loads as a library is not the program that was started.
        if (OperatingSystem.IsLinux() && Assembly.GetEntryAssembly() == typeof(NativeStartup).Assembly)
        {
            FreedMemory.Keep();
            IntelKernels.Enable();
        }
    }
}
