namespace NativeLibraries;

/// <summary>A symbol of an ELF file's dynamic symbol table.</summary>
/// <param name="Name">The mangled name.</param>
/// <param name="NamePosition">The offset of the name in the file.</param>
/// <param name="Version">The version that the file needs of it, or null.</param>
/// <param name="VersionPosition">The offset of the number of its version, two bytes, in the file.</param>
internal sealed record DynamicSymbol(string Name, int NamePosition, VersionNeed? Version, int VersionPosition);
