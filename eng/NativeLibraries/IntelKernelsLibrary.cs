using System.Buffers.Binary;
using System.Text;

namespace NativeLibraries;

/// <summary>
/// A shared object for Linux on x64 with the single function <c>int mkl_serv_intel_cpu_true(void) { return 1; }</c>. MKL asks
/// the function of that name which kernels to choose; eng/Startup loads this one before libtorch. It is written byte by
/// byte, so that no C compiler is needed.
/// </summary>
internal static class IntelKernelsLibrary
{
    public const string FileName = "libmkl_intel_kernels.so";

    private const string FunctionName = "mkl_serv_intel_cpu_true";

    // One page for what is read and run, one for the dynamic section, into which the loader writes.
    private const int SymbolsAt = 0x120;
    private const int HashAt = 0x150;
    private const int NamesAt = 0x168;
    private const int CodeAt = 0x190;
    private const int CodeEnd = 0x196;
    private const int DynamicAt = 0x200;
    private const int DynamicAddress = 0x1200;
    private const int DynamicSize = 6 * 16;
    private const int PageSize = 0x1000;

    private const int HeaderSize = 64;
    private const int SegmentSize = 56;
    private const int SymbolSize = 24;

    /// <summary>The content of the file.</summary>
    public static byte[] Bytes()
    {
        var file = new byte[DynamicAt + DynamicSize];
        WriteHeader(file);
        WriteSegment(file, 0, type: 1, flags: 5, 0, 0, CodeEnd, PageSize); // loaded, read and executed
        WriteSegment(file, 1, type: 1, flags: 6, DynamicAt, DynamicAddress, DynamicSize, PageSize); // loaded, read and written
        WriteSegment(file, 2, type: 2, flags: 6, DynamicAt, DynamicAddress, DynamicSize, 8); // the dynamic section
        WriteSegment(file, 3, type: 0x6474e551, flags: 6, 0, 0, 0, 16); // GNU: the stack is not executable

        // Symbol 0 is none; symbol 1 is a global function in section 1, of which no header is written.
        var symbol = file.AsSpan(SymbolsAt + SymbolSize, SymbolSize);
        BinaryPrimitives.WriteInt32LittleEndian(symbol, 1);
        symbol[4] = 0x12;
        BinaryPrimitives.WriteInt16LittleEndian(symbol[6..], 1);
        BinaryPrimitives.WriteInt64LittleEndian(symbol[8..], CodeAt);
        BinaryPrimitives.WriteInt64LittleEndian(symbol[16..], CodeEnd - CodeAt);

        // A hash table of one bucket and two symbols; the bucket begins, and ends, with symbol 1.
        WriteInts(file.AsSpan(HashAt), 1, 2, 1, 0, 0);
        Encoding.ASCII.GetBytes(FunctionName, file.AsSpan(NamesAt + 1));
        byte[] code = [0xb8, 1, 0, 0, 0, 0xc3]; // mov eax, 1; ret
        code.CopyTo(file, CodeAt);

        // DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_SYMENT; then an entry of zeros.
        WriteLongs(file.AsSpan(DynamicAt), 4, HashAt, 5, NamesAt, 6, SymbolsAt, 10, FunctionName.Length + 2, 11, SymbolSize);
        return file;
    }

    private static void WriteHeader(Span<byte> file)
    {
        byte[] identification = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]; // 64 bits, little endian, version 1
        identification.CopyTo(file);
        BinaryPrimitives.WriteInt16LittleEndian(file[16..], 3); // a shared object
        BinaryPrimitives.WriteInt16LittleEndian(file[18..], 62); // x64
        BinaryPrimitives.WriteInt32LittleEndian(file[20..], 1);
        BinaryPrimitives.WriteInt64LittleEndian(file[32..], HeaderSize); // where the segments' headers begin
        BinaryPrimitives.WriteInt16LittleEndian(file[52..], HeaderSize);
        BinaryPrimitives.WriteInt16LittleEndian(file[54..], SegmentSize);
        BinaryPrimitives.WriteInt16LittleEndian(file[56..], 4);
    }

    private static void WriteSegment(
        Span<byte> file, int index, int type, int flags, long position, long address, long size, long alignment)
    {
        var header = file.Slice(HeaderSize + (index * SegmentSize), SegmentSize);
        WriteInts(header, type, flags);
        WriteLongs(header[8..], position, address, address, size, size, alignment);
    }

    private static void WriteInts(Span<byte> target, params ReadOnlySpan<int> values)
    {
        for (var index = 0; index < values.Length; index++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(target[(4 * index)..], values[index]);
        }
    }

    private static void WriteLongs(Span<byte> target, params ReadOnlySpan<long> values)
    {
        for (var index = 0; index < values.Length; index++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(target[(8 * index)..], values[index]);
        }
    }
}
