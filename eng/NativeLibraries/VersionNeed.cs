namespace NativeLibraries;

/// <summary>A version that an ELF file needs of a library: an entry of its section .gnu.version_r.</summary>
/// <param name="Library">The library, for instance libstdc++.so.6.</param>
/// <param name="Name">The version, for instance GLIBCXX_3.4.32.</param>
/// <param name="Index">The number by which .gnu.version gives it to symbols.</param>
/// <param name="FlagsPosition">The offset of its flags, two bytes, in the file.</param>
internal sealed record VersionNeed(string Library, string Name, ushort Index, int FlagsPosition);
