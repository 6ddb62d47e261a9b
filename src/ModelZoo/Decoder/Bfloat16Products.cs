using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>
/// Whether products of bfloat16 matrices are worth having. A processor without instructions for them computes them about five times slower
/// than those of float32, so that bfloat16 weights belong under float32 hidden states there.
/// </summary>
public static class Bfloat16Products
{
    // Intel's manual, CPUID leaf 7: AVX512_BF16 is bit 5 of EAX in subleaf 1, AMX-BF16 bit 22 of EDX in subleaf 0.
    private const int FeatureLeaf = 7;
    private const int Avx512 = 1 << 5;
    private const int Amx = 1 << 22;

    /// <summary>Whether this processor has AVX-512's instructions for them.</summary>
    public static bool HasAvx512 { get; } = Avx512F.IsSupported && HasLeaf && (X86Base.CpuId(FeatureLeaf, 1).Eax & Avx512) != 0;

    /// <summary>Whether this processor has AMX's instructions for them.</summary>
    public static bool HasAmx { get; } = Avx512F.IsSupported && HasLeaf && (X86Base.CpuId(FeatureLeaf, 0).Edx & Amx) != 0;

    /// <summary>Whether this processor has instructions for them.</summary>
    public static bool AreNative => HasAvx512 || HasAmx;

    private static bool HasLeaf => X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= FeatureLeaf;

    /// <summary>The element type of hidden states that suits bfloat16 weights.</summary>
    /// <param name="device">Where the model runs.</param>
    /// <returns>bfloat16, or float32 on a processor without native products.</returns>
    public static ScalarType HiddenType(Device device) =>
        device.type != DeviceType.CPU || AreNative ? ScalarType.BFloat16 : ScalarType.Float32;
}
