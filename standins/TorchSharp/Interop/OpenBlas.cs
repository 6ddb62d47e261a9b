using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp.Interop;

/// <summary>OpenBLAS, which multiplies the matrices of Debian's libtorch.</summary>
internal static partial class OpenBlas
{
    private const string CoreType = "OPENBLAS_CORETYPE";

    /// <summary>
    /// Names the kernels for this processor, unless the user did. OpenBLAS knows processors by their model numbers and takes
    /// a new one for a Prescott of 2004, at a fifth of its speed. It reads the variable when it is loaded.
    /// </summary>
    public static void ChooseKernels()
    {
        if (Kernels() is { } kernels)
        {
            // .NET's own variables do not reach native code.
            _ = SetVariable(CoreType, kernels, overwrite: 0);
        }
    }

    private static string? Kernels() =>
        Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported && Avx512CD.VL.IsSupported ? "SkylakeX"
        : Avx2.IsSupported && Fma.IsSupported ? "Haswell"
        : null;

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
