using System.Runtime.InteropServices;

namespace NativeLibraries;

/// <summary>The C++ library of this machine.</summary>
internal static class SystemCxxLibrary
{
    private const int BindLazily = 1;

    /// <summary>Whether the machine's C++ library defines a symbol in a version.</summary>
    /// <param name="name">The mangled name.</param>
    /// <param name="version">The version, for instance GLIBCXX_3.4.32.</param>
    /// <exception cref="IOException">The machine has no C++ library.</exception>
    public static bool Has(string name, string version)
    {
        var library = Open(TorchSharpPatch.CxxLibrary, BindLazily);
        return library == 0
            ? throw new IOException($"{TorchSharpPatch.CxxLibrary} is not installed (on Debian and Ubuntu: package libstdc++6); TorchSharp needs it.")
            : FindVersion(library, name, version) != 0;
    }

    [DllImport("libc.so.6", EntryPoint = "dlopen")]
    private static extern nint Open([MarshalAs(UnmanagedType.LPUTF8Str)] string file, int flags);

    [DllImport("libc.so.6", EntryPoint = "dlvsym")]
    private static extern nint FindVersion(
        nint library, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string version);
}
