using System.Runtime.InteropServices;
using System.Text;
using SpectralExperiments.Startup;
using TorchSharp;

namespace Bench;

/// <summary>
/// This program with MKL's Intel path and without. MKL chooses its path once in a process, so each side is a process of its own.
/// </summary>
internal static class MklPath
{
    private const int VersionLength = 200;

    /// <summary>What the variable does on this processor.</summary>
    public static string Remark => IntelKernels.WouldHelp
        ? $"{IntelKernels.Switch}=0 keeps the path that MKL takes by itself on this processor"
        : $"{IntelKernels.Switch} has no effect on this processor: both sides are the same";

    /// <summary>libtorch's version and, where it can be asked, that of the library of its products.</summary>
    public static string Library => MklVersion() is { } mkl ? $"libtorch {torch.__version__}, {mkl}" : $"libtorch {torch.__version__}";

    /// <summary>This program as a process that takes the Intel path where that has an effect, or does not.</summary>
    public static LineProcess Start(bool intel, params IReadOnlyList<string> arguments)
    {
        var command = LineProcess.Own(arguments);
        command.Environment.Remove(IntelKernels.Switch);
        if (!intel)
        {
            command.Environment[IntelKernels.Switch] = "0";
        }

        return new LineProcess(intel ? "C#" : $"C#, {IntelKernels.Switch}=0", command);
    }

    private static string? MklVersion()
    {
        // Once TorchSharp has loaded libtorch from the package's folder, its name is enough.
        torch.InitializeDeviceType(DeviceType.CPU);
        if (!OperatingSystem.IsLinux()
            || !NativeLibrary.TryLoad("libtorch_cpu.so", out var library)
            || !NativeLibrary.TryGetExport(library, "MKL_Get_Version_String", out var export))
        {
            return null;
        }

        var text = new byte[VersionLength];
        Marshal.GetDelegateForFunctionPointer<GetVersionString>(export)(text, text.Length);
        return Encoding.ASCII.GetString(text).TrimEnd('\0', ' ');
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void GetVersionString([Out] byte[] text, int length);
}
