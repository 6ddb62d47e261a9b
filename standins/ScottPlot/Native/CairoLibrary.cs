using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ScottPlot.Native;

/// <summary>Finds the system's cairo, or says which Debian package brings it.</summary>
internal static class CairoLibrary
{
    public const string Name = "libcairo.so.2";

    // The first call into cairo must already find the resolver, whichever type makes it.
#pragma warning disable CA2255 // A library's module initialiser: nothing but this registration happens in it.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(CairoLibrary).Assembly, Resolve);

    /// <exception cref="DllNotFoundException">The library is not on this machine.</exception>
    internal static nint Load(string name) => NativeLibrary.TryLoad(name, out var handle)
        ? handle
        : throw new DllNotFoundException(
            $"{name} was not found, and figures are drawn with it. Install the Debian packages libcairo2 and fonts-dejavu-core "
            + "(apt-get install libcairo2 fonts-dejavu-core).");

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Name ? Load(name) : 0;
}
