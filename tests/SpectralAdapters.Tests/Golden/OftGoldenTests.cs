using System.Text.Json;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Golden;

public sealed class OftGoldenTests
{
    public static TheoryData<string, ScalarType> OutputSideCases => GoldenCase.All("oft_peft09");

    public static TheoryData<string, ScalarType> InputSideCases => GoldenCase.All("oft_diffusion");

    public static TheoryData<string, ScalarType> PeftCases => GoldenCase.All("oft_peft_new");

    [Theory]
    [MemberData(nameof(OutputSideCases))]
    public void Output_side_equals_peft_09(string name, ScalarType type)
    {
        using var golden = GoldenCase.Load("oft_peft09", name, type);
        Check(golden, "oft_r", new OftConfig
        {
            Convention = OftConvention.OutputSide,
            Blocks = golden.Settings.GetProperty("blocks").GetInt64(),
            BlockSize = null,
            ShareBlocks = golden.Settings.GetProperty("block_share").GetBoolean(),
            Epsilon = golden.Settings.GetProperty("coft").GetBoolean() ? golden.Settings.GetProperty("eps").GetDouble() : null,
        });
    }

    [Theory]
    [MemberData(nameof(InputSideCases))]
    public void Input_side_equals_the_official_diffusion_code(string name, ScalarType type)
    {
        using var golden = GoldenCase.Load("oft_diffusion", name, type);
        Check(golden, "R", new OftConfig
        {
            Convention = OftConvention.InputSide,
            Blocks = golden.Settings.GetProperty("blocks").GetInt64(),
            BlockSize = null,
            ShareBlocks = golden.Settings.GetProperty("block_share").GetBoolean(),
        });
    }

    [Theory]
    [MemberData(nameof(PeftCases))]
    public void Triangular_parameters_equal_todays_peft(string name, ScalarType type)
    {
        using var golden = GoldenCase.Load("oft_peft_new", name, type);
        var epsilon = golden.Settings.GetProperty("eps");
        Check(golden, "oft_R", new OftConfig
        {
            BlockSize = golden.Settings.GetProperty("requested_block_size").GetInt64(),
            Adjust = true,
            ShareBlocks = golden.Settings.GetProperty("block_share").GetBoolean(),
            Epsilon = epsilon.ValueKind == JsonValueKind.Null ? null : epsilon.GetDouble(),
            NeumannTerms = golden.Settings.GetProperty("neumann_terms").GetInt32(),
        });
    }

    private static void Check(GoldenCase golden, string parameter, OftConfig config)
    {
        using var adapter = new OftAdapter(config, golden.Site());
        Assert.Equal(golden.Settings.GetProperty("parameters").GetInt64(), config.ParameterCount(adapter.OutFeatures, adapter.InFeatures));
        var names = new Dictionary<string, string> { [parameter] = "R" };

        // A rotated output starts from the unrotated one before the bias is added, which may round once more.
        GoldenCheck.Run(golden, adapter, names, config.Convention == OftConvention.OutputSide ? golden.Tolerances.Output.Absolute : 0);
        if (golden.HasResult($"param_after.{parameter}"))
        {
            GoldenCheck.Set(golden, adapter, names, "param");
            using var output = adapter.forward(golden.Base("x"), golden.Base("W"), golden.Bias);
            var after = golden.Result($"param_after.{parameter}").view_as(adapter.parameters().Single());
            GoldenCheck.Close(after, adapter.parameters().Single(), (golden.Tolerances.Merged, 0), "projected parameter");
        }
    }
}
