using System.Runtime.InteropServices;

namespace Bench.Layers;

/// <summary>
/// The bytes that this process has allocated and not freed, counted by glibc's allocator, from which libtorch takes the memory
/// of CPU tensors. Unlike resident memory it does not depend on what the system was given back; the managed heap is not in it.
/// </summary>
internal static class AllocatedMemory
{
    public static bool IsKnown { get; } = NativeLibrary.TryLoad("libc.so.6", out var library)
        && NativeLibrary.TryGetExport(library, "mallinfo2", out _);

    public static long Read()
    {
        var info = mallinfo2();
        return (long)(info.InUse + info.MappedBytes);
    }

    [DllImport("libc.so.6")]
    private static extern MallocInfo mallinfo2();

    // struct mallinfo2 of malloc.h.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct MallocInfo
    {
        private readonly nuint _arena;
        private readonly nuint _freeBlocks;
        private readonly nuint _fastBlocks;
        private readonly nuint _mappedBlocks;

        public readonly nuint MappedBytes;

        private readonly nuint _unused;
        private readonly nuint _fastBytes;

        public readonly nuint InUse;

        private readonly nuint _freeBytes;
        private readonly nuint _topBytes;
    }
}
