using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;
using NativeLibraries;

namespace SpectralExperiments.Startup;

/// <summary>
/// The kernels that MKL uses on AMD processors. MKL asks its function <c>mkl_serv_intel_cpu_true</c> whether the processor is
/// Intel's, and otherwise takes slower kernels, float32 products at about half the speed. The function is called through the
/// table of dynamic symbols, so that one of that name which is loaded earlier, for the whole process, answers in its place.
/// </summary>
internal static class IntelKernels
{
    /// <summary>The environment variable that, set to 0, leaves the choice of kernels to MKL.</summary>
    public const string Switch = "SPECTRAL_MKL_AMD";

    private const int BindNow = 2;
    private const int Global = 0x100;

    /// <summary>The processor's vendor by its own account, for instance AuthenticAMD or GenuineIntel. x64 only.</summary>
    public static string Vendor
    {
        get
        {
            var (_, ebx, ecx, edx) = X86Base.CpuId(0, 0);
            return Encoding.ASCII.GetString(MemoryMarshal.AsBytes<int>([ebx, edx, ecx]));
        }
    }

    /// <summary>Whether MKL would choose its slower kernels here: in libtorch for Linux, on AMD processors with AVX2.</summary>
    public static bool WouldHelp =>
        OperatingSystem.IsLinux() && Avx2.X64.IsSupported && Vendor == "AuthenticAMD";

    public static void Enable()
    {
        if (!WouldHelp || Environment.GetEnvironmentVariable(Switch) == "0")
        {
            return;
        }

        var file = Path.Combine(AppContext.BaseDirectory, IntelKernelsLibrary.FileName);
        try
        {
            // A damaged library would end the process while it is loaded.
            if (!IsIntact(file) || Open(file, BindNow | Global) == 0)
            {
                Console.Error.WriteLine(
                    $"On this AMD processor float32 products run at about half their speed: {file} could not be loaded.");
            }
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // No glibc, or one before 2.34, hence no libtorch either, which says so itself.
        }
    }


    private static bool IsIntact(string file) => File.Exists(file) && File.ReadAllBytes(file).SequenceEqual(IntelKernelsLibrary.Bytes());

    [DllImport("libc.so.6", EntryPoint = "dlopen")]
    private static extern nint Open([MarshalAs(UnmanagedType.LPUTF8Str)] string file, int flags);
}
