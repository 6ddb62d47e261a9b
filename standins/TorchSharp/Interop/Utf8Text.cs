using System.Runtime.InteropServices;
using System.Text;

namespace TorchSharp.Interop;

/// <summary>A short text that operators take, kept in native memory for the life of the process or of its device.</summary>
internal sealed unsafe class Utf8Text
{
    public Utf8Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Length = bytes.Length;
        Pointer = NativeMemory.Alloc((nuint)Math.Max(bytes.Length, 1));
        bytes.CopyTo(new Span<byte>(Pointer, bytes.Length));
    }

    ~Utf8Text() => NativeMemory.Free(Pointer);

    public void* Pointer { get; }

    public int Length { get; }
}
