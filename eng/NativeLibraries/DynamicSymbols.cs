using System.Buffers.Binary;
using System.Text;
using LibObjectFile;
using LibObjectFile.Elf;

namespace NativeLibraries;

/// <summary>The dynamic symbols of a 64-bit little-endian ELF file and the versions that it needs, with their places in the file.</summary>
internal sealed class DynamicSymbols
{
    // The top bit marks a hidden version.
    private const ushort IndexMask = 0x7fff;

    private readonly byte[] _file;
    private readonly ElfSection _names;

    private DynamicSymbols(byte[] file, ElfFile elf)
    {
        _file = file;
        _names = Section<ElfSection>(elf, ".dynstr");
        Needs = [.. ReadNeeds(Section<ElfSection>(elf, ".gnu.version_r"))];
        var byIndex = Needs.ToDictionary(need => need.Index);
        var versions = (int)Section<ElfSection>(elf, ".gnu.version").Position;
        All =
        [
            .. Section<ElfSymbolTable>(elf, ".dynsym").Entries.Select((entry, index) => new DynamicSymbol(
                entry.Name.Value,
                (int)_names.Position + (int)entry.Name.Index,
                byIndex.GetValueOrDefault((ushort)(UInt16At(versions + (2 * index)) & IndexMask)),
                versions + (2 * index))),
        ];
    }

    /// <summary>Every dynamic symbol, in the order of the table.</summary>
    public IReadOnlyList<DynamicSymbol> All { get; }

    /// <summary>Every version that the file needs.</summary>
    public IReadOnlyList<VersionNeed> Needs { get; }

    /// <summary>Reads a shared object.</summary>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="file">Its content.</param>
    /// <exception cref="InvalidDataException">The file is damaged or not a shared object of Linux on x64.</exception>
    public static DynamicSymbols Read(string path, byte[] file)
    {
        try
        {
            using var stream = new MemoryStream(file, writable: false);
            if (!ElfFile.TryRead(stream, out var elf, out var diagnostics))
            {
                var reasons = string.Join("; ", diagnostics.Messages.Select(message => message.Message));
                throw new InvalidDataException($"{path} is not a shared object: {reasons}");
            }

            return elf.Arch.Value == ElfArch.X86_64
                ? new DynamicSymbols(file, elf)
                : throw new InvalidDataException($"{path} is not for x64.");
        }
        catch (Exception exception)
            when (exception is ArgumentException or ObjectFileException or EndOfStreamException or OverflowException)
        {
            throw new InvalidDataException($"{path} is damaged: {exception.Message}", exception);
        }
    }

    private static T Section<T>(ElfFile elf, string name)
        where T : ElfSection => elf.Sections.OfType<T>().FirstOrDefault(section => section.Name.Value == name)
            ?? throw new ArgumentException($"it has no section {name}");

    // A list of libraries, each with a list of versions. The section's header says how many libraries there are, and every entry
    // how many bytes on the next one begins.
    private IEnumerable<VersionNeed> ReadNeeds(ElfSection section)
    {
        var library = (int)section.Position;
        for (var libraries = section.Info.GetIndex(); libraries > 0; libraries--)
        {
            var version = library + OffsetAt(library + 8);
            for (var versions = UInt16At(library + 2); versions > 0; versions--)
            {
                yield return new VersionNeed(
                    NameAt(OffsetAt(library + 4)), NameAt(OffsetAt(version + 8)), UInt16At(version + 6), version + 4);
                version += OffsetAt(version + 12);
            }

            library += OffsetAt(library + 12);
        }
    }

    private int OffsetAt(int position) => checked((int)UInt32At(position));

    private ushort UInt16At(int position) => BinaryPrimitives.ReadUInt16LittleEndian(_file.AsSpan(position));

    private uint UInt32At(int position) => BinaryPrimitives.ReadUInt32LittleEndian(_file.AsSpan(position));

    private string NameAt(int offset)
    {
        var name = _file.AsSpan((int)_names.Position + offset);
        return Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]);
    }
}
