using System.Runtime.InteropServices;

namespace NativeLibraries;

/// <summary>The C++ library of this machine.</summary>
internal static class SystemCxxLibrary
{
    private const int BindLazily = 1;

    /// <summary>Whether the machine's C++ library defines a symbol in a version.</summary>
    /// <param name="name">The mangled name.</param>
    /// <param name="version">The version, for instance GLIBCXX_3.4.32.</param>
    /// <exception cref="IOException">The machine has no C++ library, or a C library that is too old.</exception>
    public static bool Has(string name, string version)
    {
        try
        {
            // Opened more than once, it is loaded once.
            var library = Open(TorchSharpPatch.CxxLibrary, BindLazily);
            return library == 0
                ? throw new IOException(
                    $"{TorchSharpPatch.CxxLibrary} is not installed (Debian and Ubuntu: package libstdc++6); TorchSharp needs it.")
                : FindVersion(library, name, version) != 0;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new IOException(
                "TorchSharp needs glibc 2.34 or newer (Debian 12, Ubuntu 22.04, RHEL 9), which this machine lacks.", exception);
        }
    }

    [DllImport("libc.so.6", EntryPoint = "dlopen")]
    private static extern nint Open([MarshalAs(UnmanagedType.LPUTF8Str)] string file, int flags);

    [DllImport("libc.so.6", EntryPoint = "dlvsym")]
    private static extern nint FindVersion(
        nint library, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string version);
}
