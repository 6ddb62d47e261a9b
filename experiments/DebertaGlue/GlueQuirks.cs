using Reproduction;

namespace DebertaGlue;

/// <summary>What the official DeBERTa runs do that changes results: on in the paper profile, to be set by name elsewhere.</summary>
/// <param name="Bfloat16Residual">The remainder of the weight is rounded to bf16 for the spectral adapter alone (official-code fact 6).</param>
internal sealed record GlueQuirks(bool Bfloat16Residual)
{
    private const string Name = "bf16_residual";

    public static IReadOnlyList<Setting> Settings { get; } =
        [Setting.Of<bool>(Name, "round the frozen remainder to bf16 for spectral-a, as the official code does; default: true at paper, false at mini")];

    public static GlueQuirks Of(Profile profile, ExperimentOptions options) => new(options.Settings.Get(Name, profile.IsPaperScale));
}
