using FsCheck;
using FsCheck.Fluent;
using SpectralAdapters.Functions;
using SpectralAdapters.Tests.Golden;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Properties;

/// <summary>What holds for every registered method, over random shapes, ranks and seeds.</summary>
public sealed class MethodMatrixTests
{
    private const int Rounds = 8;

    public static TheoryData<string> Methods =>
        [.. AdapterRegistry.Methods.Where(method => !method.Default.TrainsBase).Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Starts_at_the_base(string method) => ForAll(method, (config, layer, random) =>
    {
        using var adapter = config.Create(layer.Site);
        adapter.eval();
        var frozen = LowRankLinear.BaseForward(layer.Input, layer.Weight, layer.Bias, buffer: null); // [.., m]
        var start = adapter.forward(layer.Input, layer.Weight, layer.Bias); // [.., m]
        if (MethodCases.StartsExact(config))
        {
            GoldenCheck.Same(frozen, start, $"{config}");
        }
        else if (config is not AdaLoraConfig)
        {
            GoldenCheck.Close(frozen, start, (1e-12, 1e-12), $"{config}");
        }
    });

    [Theory]
    [MemberData(nameof(Methods))]
    public void Running_merging_and_the_dense_weight_agree_in_values_and_gradients(string method) =>
        ForAll(method, (config, layer, random) =>
    {
        using var adapter = config.Create(layer.Site);
        MethodCases.Perturb(adapter, random);
        adapter.eval();
        var weights = randn(layer.OutputShape, dtype: ScalarType.Float64, generator: random); // [.., m]
        var (output, gradients) = Run(adapter, layer, weights, input => adapter.forward(input, layer.Weight, layer.Bias));
        var merged = nn.functional.linear(layer.Input, adapter.MergedWeight(layer.Weight), layer.Bias); // [.., m]
        GoldenCheck.Close(merged, output, (1e-11, 1e-11), $"{config}: merged");
        if (config is DoraConfig or SvdiffConfig)
        {
            return; // the row norms carry no gradient; SVDiff is its own dense form
        }

        var (dense, denseGradients) =
            Run(adapter, layer, weights, input => nn.functional.linear(input, adapter.Dense(layer.Weight), layer.Bias));
        GoldenCheck.Close(dense, output, (1e-11, 1e-11), $"{config}: dense");
        foreach (var (expected, found) in denseGradients.Zip(gradients))
        {
            GoldenCheck.Close(expected, found, (1e-10, 1e-10), $"{config}: gradient");
        }
    });

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_lora_form_is_exact_and_within_its_rank(string method) => ForAll(method, (config, layer, random) =>
    {
        using var adapter = config.Create(layer.Site);
        MethodCases.Perturb(adapter, random);
        using var factors = adapter.ToLora();
        if (factors is null)
        {
            Assert.Contains(method, new[] { "dora", "oft", "svdiff" });
            return;
        }

        var change = adapter.MergedWeight(layer.Weight).sub(layer.Weight); // [m, n]
        GoldenCheck.Close(change, factors.Up.mm(factors.Down), (1e-12, 1e-12), $"{config}");
        if (config is SpectralAConfig spectralA)
        {
            Assert.Equal(2 * spectralA.Columns.Count, factors.Rank);
        }
        else if (config is SpectralRConfig spectralR)
        {
            Assert.Equal(spectralR.Columns.Count, factors.Rank);
        }
    });

    [Theory]
    [MemberData(nameof(Methods))]
    public void Parameters_are_as_many_as_the_config_says(string method) => ForAll(method, (config, layer, random) =>
    {
        using var adapter = config.Create(layer.Site);
        Assert.Equal(config.ParameterCount(adapter.OutFeatures, adapter.InFeatures),
            adapter.parameters().Sum(parameter => parameter.numel()));
        Assert.All(adapter.buffers(), buffer => Assert.False(buffer.requires_grad));
    });

    [Theory]
    [MemberData(nameof(Methods))]
    public void Same_seed_same_start(string method) => ForAll(method, (config, layer, random) =>
    {
        using var first = config.Create(layer.Site with { Generator = new Generator(9) });
        using var second = config.Create(layer.Site with { Generator = new Generator(9) });
        foreach (var (a, b) in first.state_dict().Values.Zip(second.state_dict().Values))
        {
            GoldenCheck.Same(a, b, $"{config}");
        }
    });

    [Theory]
    [MemberData(nameof(Methods))]
    public void Strength_zero_is_the_base_and_one_the_merged_weight(string method) => ForAll(method, (config, layer, random) =>
    {
        using var adapter = config.Create(layer.Site);
        MethodCases.Perturb(adapter, random);
        var merged = adapter.MergedWeight(layer.Weight); // [m, n]
        GoldenCheck.Close(layer.Weight, adapter.MergedWeight(layer.Weight, 0), (1e-13, 0), $"{config}: 0");
        GoldenCheck.Close(merged, adapter.MergedWeight(layer.Weight, 1), (1e-13, 0), $"{config}: 1");
        var half = merged.add(layer.Weight).div(2); // [m, n]
        GoldenCheck.Close(half, adapter.MergedWeight(layer.Weight, 0.5), (1e-13, 0), $"{config}: 0.5");
    });

    [Theory]
    [MemberData(nameof(Methods))]
    public void Float32_parameters_work_over_a_bfloat16_base(string method)
    {
        using var scope = NewDisposeScope();
        foreach (var config in MethodCases.Of(method, 3))
        {
            var layer = RandomLayer.Create(16, 12, new Generator(5));
            var weight = layer.Weight.to_type(ScalarType.BFloat16); // [m, n]
            using var adapter = config.Create(layer.Site with { Weight = weight });
            MethodCases.Perturb(adapter, new Generator(6));
            adapter.eval();
            Assert.All(adapter.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
            var input = layer.Input.to_type(ScalarType.BFloat16).requires_grad_(); // [.., n]
            var output = adapter.forward(input, weight, layer.Bias?.to_type(ScalarType.BFloat16)); // [.., m]
            Assert.Equal(ScalarType.BFloat16, output.dtype);
            output.to_type(ScalarType.Float32).square().sum().backward();
            Assert.All(adapter.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.grad!.dtype));
            Assert.Equal(ScalarType.BFloat16, input.grad!.dtype);
            Assert.Equal(ScalarType.BFloat16, adapter.MergedWeight(weight).dtype);
            var exact = nn.functional.linear(layer.Input, adapter.MergedWeight(weight).to_type(ScalarType.Float64), layer.Bias); // [.., m]
            GoldenCheck.Close(exact, output, (8e-2, 2e-2), $"{config}");
        }
    }

    private static void ForAll(string method, Action<AdapterConfig, RandomLayer, Generator> check)
    {
        var cases = from outFeatures in Gen.Choose(3, 9)
                    from inFeatures in Gen.Choose(3, 9)
                    from rank in Gen.Choose(1, 4)
                    from seed in Gen.Choose(0, 1_000_000)
                    select (Out: outFeatures * 4L, In: inFeatures * 4L, Rank: (long)rank, Seed: (ulong)seed);
        Prop.ForAll(cases.ToArbitrary(), drawn =>
        {
            foreach (var config in MethodCases.Of(method, drawn.Rank))
            {
                using var scope = NewDisposeScope();
                var random = new Generator(drawn.Seed);
                check(config, RandomLayer.Create(drawn.Out, drawn.In, random), random);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Rounds).WithReplay((ulong)20260101, 11UL));
    }

    private static (Tensor Output, List<Tensor> Gradients) Run(
        Adapter adapter, RandomLayer layer, Tensor weights, Func<Tensor, Tensor> forward)
    {
        adapter.zero_grad();
        var input = layer.Input.clone().requires_grad_(); // [.., n]
        var output = forward(input); // [.., m]
        output.mul(weights).sum().backward();
        return (output, [input.grad!, .. adapter.parameters().Select(parameter => parameter.grad!)]);
    }
}
