using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;
using ModelZoo.Decoder;
using SpectralExperiments.Startup;

namespace Bench;

/// <summary>The processor that is measured, by its own account (CPUID).</summary>
internal static class Processor
{
    private const int FirstNameLeaf = unchecked((int)0x80000002);
    private const int NameLeaves = 3;

    /// <summary>Vendor, model, how many there are, and the instruction sets that decide the speed of products.</summary>
    public static string Description
    {
        get
        {
            var count = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} x");
            if (!X86Base.IsSupported)
            {
                return $"{count} {RuntimeInformation.ProcessArchitecture}";
            }

            var model = string.Concat(Enumerable.Range(0, NameLeaves).Select(i =>
            {
                var (a, b, c, d) = X86Base.CpuId(FirstNameLeaf + i, 0);
                return Text(a, b, c, d);
            }));
            return $"{count} {IntelKernels.Vendor}, {model.TrimEnd('\0').Trim()}, {string.Join(", ", InstructionSets())}";
        }
    }

    private static IEnumerable<string> InstructionSets()
    {
        yield return Has("AVX2", Avx2.IsSupported);
        yield return Has("AVX-512", Avx512F.IsSupported);
        yield return Has("AVX-512 bf16", Bfloat16Products.HasAvx512);
        yield return Has("AMX bf16", Bfloat16Products.HasAmx);
    }

    private static string Has(string name, bool has) => has ? name : $"no {name}";

    private static string Text(params int[] registers) => Encoding.ASCII.GetString(MemoryMarshal.AsBytes<int>(registers));
}
