using SpectralAdapters.Fusion;
using SpectralAdapters.Tests.Golden;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Fusion;

/// <summary>The cases of tests/fixtures/adapters/fusion.*, made with the official fusion scripts.</summary>
public sealed class FusionGoldenTests
{
    public static TheoryData<string, ScalarType> LowRankCases => Cases("lora", wide: false);

    public static TheoryData<string, ScalarType> SpectralCases => Cases("spectral", wide: true);

    public static TheoryData<string, ScalarType> GradientCases => Cases("gradient", wide: true);

    [Theory]
    [MemberData(nameof(LowRankCases))]
    public void Mean_of_low_rank_changes_equals_fedavg_and_orthogonal_fusion(string name, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var golden = GoldenCase.Load("fusion", name, type);
        using var factors = Factors(golden);
        var concepts = Alphas(golden).Select((alpha, i) => FusionConcept.Of(
            $"concept{i}", new LoraFactors(factors.Input($"up{i}"), factors.Input($"down{i}")), alpha)).ToList();
        var fused = WeightFusion.Fuse(golden.Base("W"), FusionRule.Mean, concepts);
        GoldenCheck.Close(golden.Result("fused_mean"), fused, (golden.Tolerances.Merged, 0), "fused_mean");
    }

    [Theory]
    [MemberData(nameof(SpectralCases))]
    public void Mean_and_sum_over_disjoint_columns_equal_spectral_fusion(string name, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var golden = GoldenCase.Load("fusion", name, type);
        var concepts = SpectralConcepts(golden, alphas: Alphas(golden));
        var mean = WeightFusion.Fuse(golden.Base("W"), FusionRule.Mean, concepts);
        GoldenCheck.Close(golden.Result("fused_mean"), mean, (golden.Tolerances.Merged, 0), "fused_mean");
        var sum = WeightFusion.Fuse(golden.Base("W"), FusionRule.Sum, concepts);
        GoldenCheck.Close(golden.Result("fused_sum"), sum, (golden.Tolerances.Merged, 0), "fused_sum");
    }

    // The official functions add to the factors they are given, so that calling them twice compounds the change.
    [Theory]
    [MemberData(nameof(SpectralCases))]
    public void Fusing_twice_gives_the_same_bits_and_changes_no_input(string name, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var golden = GoldenCase.Load("fusion", name, type);
        var concepts = SpectralConcepts(golden, Alphas(golden));
        var weight = golden.Base("W"); // [m, n]
        var (weightBefore, tensorsBefore) = (weight.clone(), Tensors(concepts).Select(tensor => tensor.clone()).ToList());
        var first = WeightFusion.Fuse(weight, FusionRule.Mean, concepts);
        var second = WeightFusion.Fuse(weight, FusionRule.Mean, concepts);
        GoldenCheck.Same(first, second, "second fusion");
        GoldenCheck.Same(weightBefore, weight, "base weight");
        foreach (var (before, after) in tensorsBefore.Zip(Tensors(concepts)))
        {
            GoldenCheck.Same(before, after, "a concept's tensor");
        }
    }

    [Theory]
    [MemberData(nameof(GradientCases))]
    public void Gradient_fusion_equals_the_official_script(string name, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var golden = GoldenCase.Load("fusion", name, type);
        var result = GradientFusion.Fuse(golden.Base("W"), golden.Input("X"), golden.Input("Y"));
        var wide = type == ScalarType.Float64;
        var expected = golden.Settings.GetProperty(wide ? "float64" : "float32");
        var (start, best) = (expected.GetProperty("start_loss").GetDouble(), expected.GetProperty("best_loss").GetDouble());
        var relative = wide ? 1e-8 : 1e-6;
        Assert.InRange(result.StartLoss, start * (1 - relative), start * (1 + relative));
        if (name.Contains("few_rows", StringComparison.Ordinal))
        {
            Assert.InRange(result.Loss, 0, 1e-12);
        }
        else
        {
            Assert.InRange(result.Loss, best * (1 - relative), best * (1 + relative));
        }

        GoldenCheck.Close(golden.Result("fused"), result.Weight, (wide ? 1e-6 : 2e-3, 0), "fused");
        Assert.Equal(result.LossTrace.Min(), result.Loss);
        if (wide)
        {
            // Not in float32: there the discriminant of the line search's cubic cancels, and already the third call differs by up to
            // 3e-2 when the rows of X and Y are permuted, while weight and loss in the end do not.
            var trace = golden.Result("loss_trace").data<double>().ToArray();
            foreach (var (reference, own) in trace.Zip(result.LossTrace).Take(15))
            {
                Assert.InRange(own, reference * (1 - 1e-9), reference * (1 + 1e-9));
            }
        }
    }

    internal static List<FusionConcept> SpectralConcepts(GoldenCase golden, IReadOnlyList<double> alphas)
    {
        using var noGrad = no_grad();
        using var factors = Factors(golden);
        var rank = golden.Settings.GetProperty("rank").GetInt64();
        var concepts = new List<FusionConcept>();
        foreach (var block in golden.Settings.GetProperty("blocks").EnumerateArray().Select(block => block.GetInt64()))
        {
            var config = new SpectralAConfig { Columns = ColumnSelection.Block(block, rank), TrainSingularValues = true };
            var adapter = new SpectralAAdapter(config, golden.Site());
            foreach (var (name, parameter) in adapter.named_parameters())
            {
                parameter.copy_(factors.Input($"{name}{block}"));
            }

            concepts.Add(new FusionConcept($"concept{block}", adapter, alphas[(int)block]));
        }

        return concepts;
    }

    private static IEnumerable<Tensor> Tensors(IEnumerable<FusionConcept> concepts) => concepts.SelectMany(concept => concept.Adapter
        .named_parameters().Select(pair => (Tensor)pair.parameter)
        .Concat(concept.Adapter.named_buffers().Select(pair => pair.buffer)));

    private static GoldenCase Factors(GoldenCase golden) =>
        GoldenCase.Load("fusion", golden.Settings.GetProperty("factors_in").GetString()!, golden.Type);

    private static IReadOnlyList<double> Alphas(GoldenCase golden) =>
        [.. golden.Settings.GetProperty("alphas").EnumerateArray().Select(alpha => alpha.GetDouble())];

    private static TheoryData<string, ScalarType> Cases(string kind, bool wide)
    {
        var data = new TheoryData<string, ScalarType>();
        foreach (var row in GoldenCase.All("fusion"))
        {
            var (name, type) = ((string)row[0], (ScalarType)row[1]);
            using var golden = GoldenCase.Load("fusion", name, type);
            if (golden.Settings.GetProperty("kind").GetString() == kind && (wide || type == ScalarType.Float32))
            {
                data.Add(name, type);
            }
        }

        return data;
    }
}
