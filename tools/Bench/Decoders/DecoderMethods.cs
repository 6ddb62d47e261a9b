using SpectralAdapters;

namespace Bench.Decoders;

/// <summary>
/// The methods as Hugging Face and PEFT were measured with them: rank 8 on six projections, as the paper's Llama 3, without dropout.
/// </summary>
internal static class DecoderMethods
{
    public const int Rank = 8;
    private const double Alpha = 16;

    private static readonly TargetModules Projections =
        TargetModules.Named("q_proj", "k_proj", "v_proj", "gate_proj", "up_proj", "down_proj");

    /// <summary>Full fine-tuning first.</summary>
    public static IReadOnlyList<AdapterConfig> All { get; } =
    [
        new FullConfig(),
        new LoraConfig { Rank = Rank, Alpha = Alpha, TargetModules = Projections },
        new DoraConfig { Rank = Rank, Alpha = Alpha, TargetModules = Projections },
        new SpectralAConfig { Columns = ColumnSelection.Top(Rank), TargetModules = Projections },
        new SpectralRConfig { Columns = ColumnSelection.Top(Rank), TargetModules = Projections },
    ];

    /// <summary>
    /// The work of a step of Hugging Face Transformers 5.24 with PEFT 0.21.2 on 4 x 256 tokens, in GFLOP: best time times the roof of that
    /// type in the same run, on one thread of an EPYC with roofs of 112 (f32) and 212 (bf16) GFLOP/s. Of eager attention and the kernel,
    /// which is slower in bf16, the faster.
    /// </summary>
    public static double? PeerWork(string method, bool isBfloat16) => (method, isBfloat16) switch
    {
        ("lora", false) => 763,
        ("full", false) => 1_093,
        ("dora", false) => 878,
        ("lora", true) => 1_064,
        ("full", true) => 1_272,
        ("dora", true) => 1_344,
        _ => null,
    };

    /// <summary>The place of a method among all.</summary>
    public static int IndexOf(string name) => All.ToList().FindIndex(method => method.Method == name);
}
