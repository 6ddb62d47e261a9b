namespace SpectralExperiments.Tests.ModelZoo.Gguf;

/// <summary>A tensor of a GGUF file that a test writes.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Type">The number of its type.</param>
/// <param name="Sizes">Its sizes as the file has them, the one that varies fastest first.</param>
/// <param name="Data">Its bytes.</param>
/// <param name="Offset">Where they are said to be; where they are by default.</param>
internal sealed record GgufTensor(string Name, uint Type, ulong[] Sizes, byte[] Data, ulong? Offset = null)
{
    public const uint F32 = 0;
    public const uint F16 = 1;
    public const uint Q4_0 = 2;
    public const uint Q4_1 = 3;
    public const uint Q8_0 = 8;
    public const uint BF16 = 30;
}
