using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Golden;

public sealed class OtherMethodsGoldenTests
{
    public static TheoryData<string, ScalarType> AdaLoraCases => GoldenCase.All("adalora_peft");

    public static TheoryData<string, ScalarType> VeraDiffusionCases => GoldenCase.All("vera_diffusion");

    public static TheoryData<string, ScalarType> VeraPeftCases => GoldenCase.All("vera_peft");

    public static TheoryData<string, ScalarType> LidbCases => GoldenCase.All("lidb");

    public static TheoryData<string, ScalarType> SvdiffCases => GoldenCase.All("svdiff");

    public static TheoryData<string, ScalarType> OrthogonalCases => GoldenCase.All("orthogonal_adaptation");

    [Theory]
    [MemberData(nameof(AdaLoraCases))]
    public void AdaLora_equals_peft(string name, ScalarType type)
    {
        using var golden = GoldenCase.Load("adalora_peft", name, type);
        var rank = golden.Settings.GetProperty("rank").GetInt64();
        var ranknum = golden.Settings.GetProperty("ranknum").GetInt64();
        var config = new AdaLoraConfig
        {
            Rank = rank,
            Alpha = golden.Settings.GetProperty("alpha").GetDouble(),
            ScaleRank = ranknum == rank ? null : ranknum,
        };
        using var adapter = new AdaLoraAdapter(config, golden.Site());
        GoldenCheck.Run(golden, adapter, Same("lora_A", "lora_E", "lora_B"));
        if (golden.HasResult("orth_reg"))
        {
            // Per layer the reference takes the mean over the two matrices.
            GoldenCheck.Set(golden, adapter, Same("lora_A", "lora_E", "lora_B"), "param");
            adapter.zero_grad();
            using var penalty = adapter.OrthogonalPenalty().div(2);
            GoldenCheck.Close(golden.Result("orth_reg").view(-1), penalty.view(-1), golden.Tolerances.Output, "orth_reg");
            penalty.backward();
            foreach (var (parameter, own) in new[] { ("lora_A", adapter.A), ("lora_B", adapter.B) })
            {
                GoldenCheck.Close(golden.Result($"orth_reg.grad.{parameter}"), own.grad!, golden.Tolerances.Gradient, parameter);
            }
        }
    }

    [Theory]
    [MemberData(nameof(VeraDiffusionCases))]
    public void Vera_with_its_own_projections_equals_the_official_code(string name, ScalarType type)
    {
        using var golden = GoldenCase.Load("vera_diffusion", name, type);
        var config = new VeraConfig { Rank = golden.Settings.GetProperty("rank").GetInt64(), SharedProjections = false };
        using var adapter = new VeraAdapter(config, golden.Site());
        Freeze(adapter, ("A", golden.Input("frozen.lora_down")), ("B", golden.Input("frozen.lora_up")));
        GoldenCheck.Run(golden, adapter, new Dictionary<string, string> { ["lora_d"] = "d", ["lora_b"] = "b" });
    }

    [Theory]
    [MemberData(nameof(VeraPeftCases))]
    public void Vera_with_shared_projections_equals_peft(string name, ScalarType type)
    {
        using var golden = GoldenCase.Load("vera_peft", name, type);
        var config = new VeraConfig
        {
            Rank = golden.Settings.GetProperty("rank").GetInt64(),
            ProjectionSeed = golden.Settings.GetProperty("prng_key").GetUInt64(),
        };
        var site = golden.Site() with { LargestOutFeatures = 48, LargestInFeatures = 48 };
        using var adapter = new VeraAdapter(config, site);

        // The stored pair shows that the seed gives PEFT's own numbers.
        using var first = GoldenCase.Load("vera_peft", golden.Settings.GetProperty("projections").GetString()!, type);
        var buffers = adapter.named_buffers().ToDictionary(pair => pair.name, pair => pair.buffer);
        GoldenCheck.Close(first.Input("frozen.vera_A").narrow(1, 0, site.InFeatures), buffers["A"], (1e-7, 0), "vera_A");
        GoldenCheck.Close(first.Input("frozen.vera_B").narrow(0, 0, site.OutFeatures), buffers["B"], (1e-7, 0), "vera_B");
        GoldenCheck.Run(golden, adapter, new Dictionary<string, string> { ["vera_lambda_d"] = "d", ["vera_lambda_b"] = "b" });
    }

    [Theory]
    [MemberData(nameof(LidbCases))]
    public void Lidb_equals_the_official_code(string name, ScalarType type)
    {
        using var golden = GoldenCase.Load("lidb", name, type);
        var config = new LidbConfig
        {
            Rank = golden.Settings.GetProperty("rank").GetInt64(),
            DownSize = golden.Settings.GetProperty("a").GetInt64(),
            UpSize = golden.Settings.GetProperty("b").GetInt64(),
        };
        using var adapter = new LidbAdapter(config, golden.Site());
        Freeze(adapter, ("down_aux", golden.Input("frozen.down_aux")), ("up_aux", golden.Input("frozen.up_aux")));
        GoldenCheck.Run(golden, adapter, Same("lora_down", "lora_up"));
    }

    [Theory]
    [MemberData(nameof(SvdiffCases))]
    public void Svdiff_equals_the_official_code(string name, ScalarType type)
    {
        using var golden = GoldenCase.Load("svdiff", name, type);
        using var adapter = new SvdiffAdapter(new SvdiffConfig(), golden.Site());
        GoldenCheck.Run(golden, adapter, Same("delta"), golden.Tolerances.Output.Absolute);
    }

    [Theory]
    [MemberData(nameof(OrthogonalCases))]
    public void Orthogonal_adaptation_equals_the_official_code(string name, ScalarType type)
    {
        using var golden = GoldenCase.Load("orthogonal_adaptation", name, type);
        using var adapter = new OrthogonalAdaptationAdapter(new OrthogonalAdaptationConfig(), golden.Site(), golden.Input("basis"));
        GoldenCheck.Same(golden.Input("frozen.lora_down"), adapter.named_buffers().Single().buffer, "rows");
        GoldenCheck.Run(golden, adapter, Same("lora_up"));
    }

    private static Dictionary<string, string> Same(params string[] names) => names.ToDictionary(name => name);

    private static void Freeze(Adapter adapter, params (string Name, Tensor Value)[] buffers)
    {
        foreach (var (name, value) in buffers)
        {
            adapter.named_buffers().Single(pair => pair.name == name).buffer.copy_(value);
        }
    }
}
