using SpectralAdapters.Attachment;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Golden;

public sealed class SpectralAGoldenTests
{
    // The official language-model code keeps B as lora_A [r, n] and A as lora_B [m, r].
    private static readonly Dictionary<string, string> LanguageModelNames = new() { ["lora_A"] = "~B", ["lora_B"] = "A" };
    private static readonly Dictionary<string, string> DiffusionNames = new() { ["A"] = "A", ["B"] = "B", ["C"] = "C" };

    public static TheoryData<string, ScalarType> LanguageModelCases => GoldenCase.All("spectral_a_llm");

    public static TheoryData<string, ScalarType> DiffusionCases => GoldenCase.All("spectral_a_diffusion");

    public static TheoryData<string, ScalarType> DebertaCases => GoldenCase.All("spectral_a_llm_deberta");

    [Theory]
    [MemberData(nameof(LanguageModelCases))]
    public void Delta_form_equals_the_language_model_code(string name, ScalarType type)
    {
        using var golden = GoldenCase.Load("spectral_a_llm", name, type);
        using var adapter = new SpectralAAdapter(new SpectralAConfig { Columns = Columns(golden) }, golden.Site());
        GoldenCheck.Run(golden, adapter, LanguageModelNames);
    }

    [Theory]
    [MemberData(nameof(LanguageModelCases))]
    public void Residual_form_equals_the_language_model_code(string name, ScalarType type)
    {
        using var golden = GoldenCase.Load("spectral_a_llm", name, type);
        var config = new SpectralAConfig { Columns = Columns(golden), Form = SpectralForm.Residual };
        using var adapter = new SpectralAAdapter(config, golden.Site());
        GoldenCheck.Run(golden, adapter, LanguageModelNames, golden.Tolerances.Output.Absolute);
    }

    [Theory]
    [MemberData(nameof(DiffusionCases))]
    public void Delta_form_equals_the_diffusion_code(string name, ScalarType type)
    {
        using var golden = GoldenCase.Load("spectral_a_diffusion", name, type);
        var config = new SpectralAConfig { Columns = Columns(golden), TrainSingularValues = true };
        using var adapter = new SpectralAAdapter(config, golden.Site());
        GoldenCheck.Run(golden, adapter, DiffusionNames);
    }

    [Theory]
    [MemberData(nameof(DiffusionCases))]
    public void Residual_form_equals_the_diffusion_code(string name, ScalarType type)
    {
        using var golden = GoldenCase.Load("spectral_a_diffusion", name, type);
        var config = new SpectralAConfig { Columns = Columns(golden), TrainSingularValues = true, Form = SpectralForm.Residual };
        using var adapter = new SpectralAAdapter(config, golden.Site());
        GoldenCheck.Run(golden, adapter, DiffusionNames, golden.Tolerances.Output.Absolute);
    }

    [Theory]
    [MemberData(nameof(DebertaCases))]
    public void Rounded_residual_equals_the_official_deberta_code(string name, ScalarType type)
    {
        using var golden = GoldenCase.Load("spectral_a_llm_deberta", name, type);
        var config = new SpectralAConfig
        {
            Columns = Columns(golden),
            Form = SpectralForm.Residual,
            ResidualType = ScalarType.BFloat16,
        };
        var site = golden.Site() with
        {
            Factors = new GivenFactorSource(golden.Input("frozen.U"), golden.Input("frozen.S"), golden.Input("frozen.V")),
        };
        // The remainder's bfloat16 rounding depends on the last bits of the factors, so the reference's own is taken.
        using var adapter = new SpectralAAdapter(config, site, golden.Input("frozen.low"));
        Assert.Null(adapter.ToLora());
        GoldenCheck.Run(golden, adapter, LanguageModelNames);
    }

    // The fixture's tolerance is that of exact arithmetic on the fork's bfloat16 values against the fork's own rounding. Arithmetic
    // in bfloat16 rounds by itself, so that two such runs may differ by both errors.
    [Theory]
    [InlineData("top.48x32", ScalarType.Float32, 1)]
    [InlineData("top.32x48", ScalarType.Float32, 1)]
    [InlineData("top.48x32", ScalarType.BFloat16, 2)]
    [InlineData("top.32x48", ScalarType.BFloat16, 2)]
    public void Bfloat16_model_equals_the_official_code_up_to_rounding(string name, ScalarType arithmetic, double roundings)
    {
        using var scope = NewDisposeScope();
        using var golden = GoldenCase.Load("spectral_a_llm_bf16", name, arithmetic);
        var (input, weight) = (golden.Input("x").requires_grad_(), golden.Input("W")); // [2, 5, n], [m, n]
        var bias = golden.HasInput("bias") ? golden.Input("bias") : null; // [m]
        var config = new SpectralAConfig
        {
            Columns = ColumnSelection.Top(golden.Settings.GetProperty("rank").GetInt64()),
            Form = SpectralForm.Residual,
            ParameterType = arithmetic,
        };
        var factors = new GivenFactorSource(golden.Input("U"), golden.Input("S"), golden.Input("V"));
        using var adapter = new SpectralAAdapter(config, new AdapterSite("layer", weight, new Generator(0), factors), golden.Input("low"));
        GoldenCheck.Close(golden.Result("y_init"), adapter.forward(input, weight, bias), (3e-2, 0), "y_init");
        GoldenCheck.Set(golden, adapter, LanguageModelNames, "param");
        var output = adapter.forward(input, weight, bias); // [2, 5, m]
        Assert.Equal(arithmetic, output.dtype);
        GoldenCheck.Close(golden.Result("y"), output, (3e-2, 0), "y");
        GoldenCheck.Close(golden.Result("weight_in_forward"), adapter.MergedWeight(weight), (8e-3, 0), "weight");
        output.mul(golden.Input("g")).sum().backward();
        GoldenCheck.Close(golden.Result("grad.x"), input.grad!, (1e-1 * roundings, 0), "grad.x");
        foreach (var (reference, own) in LanguageModelNames)
        {
            var gradient = adapter.named_parameters().Single(pair => pair.name == own.TrimStart('~')).parameter.grad!;
            var oriented = own.StartsWith('~') ? gradient.t() : gradient;
            GoldenCheck.Close(golden.Result($"grad.{reference}"), oriented, (1e-1 * roundings, 0), $"grad.{reference}");
        }
    }

    // The fork decomposes the bfloat16 weight again when it merges, in float32, and rounds the sums to float16.
    [Theory]
    [InlineData("top.48x32")]
    [InlineData("top.32x48")]
    public void Merged_weight_equals_the_official_half_precision_merge(string name)
    {
        using var scope = NewDisposeScope();
        using var golden = GoldenCase.Load("spectral_a_llm_bf16", name, ScalarType.Float32);
        var weight = golden.Input("W"); // [m, n]
        var columns = ColumnSelection.Top(golden.Settings.GetProperty("rank").GetInt64());
        using var exact = SingularFactors.Exact(weight, columns);
        var signs = exact.U.mul(golden.Input("U")).sum(0L).sign(); // [r]
        var aligned = new GivenFactorSource(exact.U.mul(signs), exact.S, exact.V.mul(signs));
        using var adapter = new SpectralAAdapter(new SpectralAConfig { Columns = columns },
            new AdapterSite("layer", weight, new Generator(0), aligned));
        GoldenCheck.Set(golden, adapter, LanguageModelNames, "param");
        var expected = golden.Result("merged_fp16"); // [m, n]
        GoldenCheck.Close(expected, adapter.MergedWeight(weight), (2e-3, 0), "merged_fp16");

        // With the fork's roundings few entries differ, by the last bit: its sums are taken in another order.
        var scored = adapter.MergedWeight(weight, rule: MergeRule.Scored); // [m, n]
        var differing = scored.ne(expected).sum().item<long>();
        Assert.True(differing <= weight.numel() / 50, $"{differing} of {weight.numel()} entries differ");
        GoldenCheck.Close(expected, scored, (expected.abs().max().item<float>() / 2048, 0), "scored");
    }

    private static ColumnSelection Columns(GoldenCase golden)
    {
        var columns = golden.Settings.GetProperty("columns").EnumerateArray().Select(column => column.GetInt64()).ToList();
        return ColumnSelection.List(columns);
    }
}
