using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Golden;

public sealed class LoraGoldenTests
{
    public static TheoryData<string, ScalarType> PeftCases => GoldenCase.All("lora_peft");

    public static TheoryData<string, ScalarType> DiffusionCases => GoldenCase.All("lora_diffusion");

    [Theory]
    [MemberData(nameof(PeftCases))]
    public void Peft_form_equals_the_reference(string name, ScalarType type)
    {
        using var golden = GoldenCase.Load("lora_peft", name, type);
        var config = new LoraConfig
        {
            Rank = golden.Settings.GetProperty("rank").GetInt64(),
            Alpha = golden.Settings.GetProperty("alpha").GetDouble(),
            Dropout = golden.Settings.GetProperty("dropout").GetDouble(),
            Scaling = name.StartsWith("rslora", StringComparison.Ordinal) ? LoraScaling.AlphaOverSqrtRank : LoraScaling.AlphaOverRank,
        };
        Assert.Equal(golden.Settings.GetProperty("scale").GetDouble(), config.Scale, 1e-12);
        using var adapter = golden.HasInput("mask")
            ? new LoraAdapter(config, golden.Site(), new FixedMask(golden.Input("mask")))
            : new LoraAdapter(config, golden.Site());
        GoldenCheck.Run(golden, adapter, new Dictionary<string, string> { ["lora_A"] = "lora_A", ["lora_B"] = "lora_B" });
    }

    [Theory]
    [MemberData(nameof(DiffusionCases))]
    public void Diffusion_form_multiplies_by_alpha_alone(string name, ScalarType type)
    {
        using var golden = GoldenCase.Load("lora_diffusion", name, type);
        var config = new LoraConfig
        {
            Rank = golden.Settings.GetProperty("rank").GetInt64(),
            Alpha = golden.Settings.GetProperty("alpha").GetDouble(),
            Scaling = LoraScaling.Alpha,
        };
        using var adapter = new LoraAdapter(config, golden.Site());
        GoldenCheck.Run(golden, adapter, new Dictionary<string, string> { ["lora_down"] = "lora_A", ["lora_up"] = "lora_B" });
    }
}
