using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Golden;

public sealed class DoraGoldenTests
{
    private static readonly Dictionary<string, string> Names =
        new() { ["lora_A"] = "lora_A", ["lora_B"] = "lora_B", ["magnitude"] = "magnitude" };

    public static TheoryData<string, ScalarType> Peft09Cases => GoldenCase.All("dora_peft09");

    public static TheoryData<string, ScalarType> Peft013Cases => GoldenCase.All("dora_peft013");

    [Theory]
    [MemberData(nameof(Peft09Cases))]
    public void Closed_form_norm_equals_peft_09(string name, ScalarType type) => Check("dora_peft09", name, type);

    [Theory]
    [MemberData(nameof(Peft013Cases))]
    public void Closed_form_norm_equals_peft_013(string name, ScalarType type) => Check("dora_peft013", name, type);

    private static void Check(string method, string name, ScalarType type)
    {
        using var golden = GoldenCase.Load(method, name, type);
        var config = new DoraConfig
        {
            Rank = golden.Settings.GetProperty("rank").GetInt64(),
            Alpha = golden.Settings.GetProperty("alpha").GetDouble(),
            Dropout = golden.Settings.GetProperty("dropout").GetDouble(),
        };
        using var adapter = golden.HasInput("mask")
            ? new DoraAdapter(config, golden.Site(), new FixedMask(golden.Input("mask").view(-1, golden.Base("x").shape[^1])))
            : new DoraAdapter(config, golden.Site());
        GoldenCheck.Run(golden, adapter, Names, golden.Tolerances.Output.Absolute);
    }
}
