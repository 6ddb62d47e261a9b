using SpectralAdapters.Tests.Properties;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Methods;

/// <summary>What the authors score: weights merged in their own element types.</summary>
public sealed class ScoredMergeTests
{
    private static readonly TargetModules Layer = TargetModules.Named("layer");

    public static TheoryData<string> Rounded => ["lora", "dora", "spectral-a"];

    public static TheoryData<string> Others =>
    [
        .. AdapterRegistry.Methods.Where(method => !method.Default.TrainsBase).Select(method => method.Name)
            .Except(["lora", "dora", "spectral-a"]),
    ];

    [Theory]
    [MemberData(nameof(Rounded))]
    public void In_bfloat16_every_step_is_rounded(string method)
    {
        using var scope = NewDisposeScope();
        var (weight, adapter) = Perturbed(method, ScalarType.BFloat16, ScalarType.BFloat16);

        var exact = adapter.MergedWeight(weight); // [m, n]
        var scored = adapter.MergedWeight(weight, rule: MergeRule.Scored); // [m, n]

        Assert.Equal(ScalarType.BFloat16, scored.dtype);
        var difference = scored.to_type(ScalarType.Float32).sub(exact.to_type(ScalarType.Float32)).abs(); // [m, n]
        Assert.NotEqual(0, difference.max().item<float>());
        Assert.True(difference.max().item<float>() <= 4 * exact.abs().max().to_type(ScalarType.Float32).item<float>() / 256);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Methods_that_the_authors_do_not_merge_are_merged_exactly(string method)
    {
        using var scope = NewDisposeScope();
        var (weight, adapter) = Perturbed(method, ScalarType.BFloat16, parameters: null);

        Assert.True(adapter.MergedWeight(weight).equal(adapter.MergedWeight(weight, rule: MergeRule.Scored)).all().item<bool>());
    }

    [Fact]
    public void LoRA_in_float32_is_rounded_once()
    {
        using var scope = NewDisposeScope();
        var (weight, adapter) = Perturbed("lora", ScalarType.Float32, parameters: null);

        var difference = adapter.MergedWeight(weight).sub(adapter.MergedWeight(weight, rule: MergeRule.Scored)); // [m, n]

        Assert.True(difference.abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void A_strength_is_refused()
    {
        using var scope = NewDisposeScope();
        var (weight, adapter) = Perturbed("lora", ScalarType.Float32, parameters: null);

        Assert.Contains("The strength is 0.5", Assert.Throws<ArgumentException>(
            () => adapter.MergedWeight(weight, 0.5, MergeRule.Scored)).Message);
    }

    private static (Tensor Weight, Adapter Adapter) Perturbed(string method, ScalarType weights, ScalarType? parameters)
    {
        var config = MethodCases.Of(method, 4)[0] with { TargetModules = Layer, ParameterType = parameters };
        var layer = RandomLayer.Create(24, 16, new Generator(5));
        var weight = layer.Weight.to_type(weights); // [m, n]
        var adapter = config.Create(layer.Site with { Weight = weight });
        MethodCases.Perturb(adapter, new Generator(6));
        adapter.eval();
        return (weight, adapter);
    }
}
