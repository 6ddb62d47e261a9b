using System.Buffers.Binary;
using System.Text;

namespace NativeLibraries;

/// <summary>
/// libLibTorchSharp.so for machines whose C++ library is older than the one that it was built with (GCC 13). Of the newer
/// library it needs a single symbol, <c>std::ios_base_library_init()</c>, whose only purpose is to initialise the standard
/// streams; libtorch's own objects, built with an older compiler, do that in any case. The patch redirects the reference to
/// <c>std::get_new_handler()</c>, which has no side effect and is in every C++ library since GCC 4.9.
/// </summary>
internal static class TorchSharpPatch
{
    public const string FileName = "libLibTorchSharp.so";
    public const string CxxLibrary = "libstdc++.so.6";

    private const string MissingSymbol = "_ZSt21ios_base_library_initv";
    private const string Substitute = "_ZSt15get_new_handlerv";
    private const string SubstituteVersion = "GLIBCXX_3.4.20";
    private const ushort WeakVersion = 2;

    /// <summary>Patches the library if this machine needs it.</summary>
    /// <param name="path">The library's path, for messages.</param>
    /// <param name="library">The library's content; not changed.</param>
    /// <param name="isOnMachine">Whether the machine's C++ library has a symbol in a version.</param>
    /// <returns>The patched library, or null if the machine has everything that the library needs.</returns>
    /// <exception cref="InvalidDataException">The library is damaged, or needs something else that the machine lacks.</exception>
    public static byte[]? Apply(string path, byte[] library, Func<string, string, bool> isOnMachine)
    {
        var symbols = DynamicSymbols.Read(path, library);
        var missing = symbols.All
            .Where(symbol => symbol.Version is { Library: CxxLibrary } version && !isOnMachine(symbol.Name, version.Name))
            .ToList();
        if (missing.Count == 0)
        {
            return null;
        }

        var substituteVersion = symbols.Needs.FirstOrDefault(need => need is { Library: CxxLibrary, Name: SubstituteVersion });
        if (missing is not [{ Name: MissingSymbol, Version: { } missingVersion } symbol] || substituteVersion is null
            || symbols.All.Count(other => other.Version == missingVersion) != 1 || SharesItsName(symbol, symbols))
        {
            var names = string.Join(", ", missing.Select(one => $"{one.Name} ({one.Version!.Name})"));
            throw new InvalidDataException(
                $"{path} needs a newer {CxxLibrary} than this machine has: {names} {(missing.Count == 1 ? "is" : "are")} missing. "
                + "Install the C++ library of a newer GCC.");
        }

        var patched = library.ToArray();
        Encoding.ASCII.GetBytes(Substitute + '\0', patched.AsSpan(symbol.NamePosition));
        BinaryPrimitives.WriteUInt16LittleEndian(patched.AsSpan(symbol.VersionPosition), substituteVersion.Index);

        // The loader accepts that a weak version is missing.
        var flags = patched.AsSpan(missingVersion.FlagsPosition);
        BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | WeakVersion));
        return patched;
    }

    // Linkers let a name that ends another one point into it.
    private static bool SharesItsName(DynamicSymbol symbol, DynamicSymbols symbols) => symbols.All.Any(other =>
        other != symbol && other.NamePosition >= symbol.NamePosition && other.NamePosition <= symbol.NamePosition + symbol.Name.Length);
}
