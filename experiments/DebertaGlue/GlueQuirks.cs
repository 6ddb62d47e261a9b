using Reproduction;

namespace DebertaGlue;

/// <summary>What the official DeBERTa runs do that changes results: the default in the paper profile, to be set by name elsewhere.</summary>
/// <param name="Bfloat16Residual">The remainder of the weight is rounded to bf16 for the spectral adapter alone (official deberta_tune/spectral_lora_tune/peft).</param>
/// <param name="AdaLoraAllocation">
/// AdaLoRA is pruned from its rank at the start to its published rank, as its own paper does; the official script never calls the
/// allocator (official deberta_tune/adalora_tune/glue_tune.py).
/// </param>
internal sealed record GlueQuirks(bool Bfloat16Residual, bool AdaLoraAllocation)
{
    /// <summary>The name of <see cref="AdaLoraAllocation"/> among the settings.</summary>
    public const string AdaLoraAllocationName = "adalora_allocation";

    /// <summary>The name of <see cref="Bfloat16Residual"/> among the settings.</summary>
    public const string Bfloat16ResidualName = "bf16_residual";

    public static IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Of<bool>(Bfloat16ResidualName, "round the frozen remainder to bf16 for spectral-a, as the official code does; default: true at paper, false at mini"),
        Setting.Of<bool>(AdaLoraAllocationName, "prune adalora to two thirds of its rank (from 36 to 24 at width 768), as its own paper does; default: false, as the authors ran it"),
    ];

    public static GlueQuirks Of(Profile profile, ExperimentOptions options) => new(
        options.Settings.Get(Bfloat16ResidualName, profile.IsPaperScale),
        options.Settings.Get(AdaLoraAllocationName, false));
}
