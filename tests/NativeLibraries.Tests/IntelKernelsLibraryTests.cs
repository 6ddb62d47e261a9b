using System.Runtime.InteropServices;
using LibObjectFile.Elf;
using SpectralExperiments.Tests;

namespace NativeLibraries.Tests;

public sealed class IntelKernelsLibraryTests
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Answer();

    [LinuxFact]
    public void Its_one_function_answers_one()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File(IntelKernelsLibrary.FileName);
        OutputFile.Write(file, IntelKernelsLibrary.Bytes());
        var library = NativeLibrary.Load(file);
        try
        {
            var function = NativeLibrary.GetExport(library, "mkl_serv_intel_cpu_true");
            Assert.Equal(1, Marshal.GetDelegateForFunctionPointer<Answer>(function)());
            Assert.False(NativeLibrary.TryGetExport(library, "mkl_serv_intel_cpu_false", out _));
        }
        finally
        {
            NativeLibrary.Free(library);
        }
    }

    [Fact]
    public void It_is_a_shared_object_for_x64_without_an_executable_stack()
    {
        using var stream = new MemoryStream(IntelKernelsLibrary.Bytes());
        var elf = ElfFile.Read(stream);
        Assert.Equal((ElfFileType.Dynamic, (ElfArch)ElfArch.X86_64), (elf.FileType, elf.Arch.Value));
        Assert.All(elf.Segments, segment => Assert.NotEqual(7u, segment.Flags.Value));
    }
}
