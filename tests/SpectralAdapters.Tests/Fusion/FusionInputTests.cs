using SpectralAdapters.Attachment;
using SpectralAdapters.Factors;
using SpectralAdapters.Fusion;
using SpectralAdapters.Tests.Golden;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Fusion;

public sealed class FusionInputTests
{
    [Theory]
    [InlineData(FusionRule.Mean)]
    [InlineData(FusionRule.Sum)]
    public void Overlapping_columns_are_refused_with_the_columns_and_the_concepts(FusionRule rule)
    {
        using var scope = NewDisposeScope();
        var weight = randn(12, 9, generator: new Generator(1)); // [m, n]
        var concepts = new[] { Spectral("dogA", weight, ColumnSelection.Top(3)), Spectral("catA", weight, ColumnSelection.List(8, 2, 1)) };
        var error = Assert.Throws<ArgumentException>(() => WeightFusion.Fuse(weight, rule, concepts));
        Assert.Contains("'dogA' and 'catA' both tune the columns 1, 2", error.Message);
    }

    [Fact]
    public void Additive_and_rotated_columns_are_checked_against_each_other()
    {
        using var scope = NewDisposeScope();
        var weight = randn(12, 9, generator: new Generator(1)); // [m, n]
        var site = new AdapterSite("layer", weight, new Generator(0), new ExactFactorSource());
        var rotated = new FusionConcept("b", new SpectralRAdapter(new SpectralRConfig { Columns = ColumnSelection.Bottom(2) }, site));
        var error = Assert.Throws<ArgumentException>(
            () => WeightFusion.Fuse(weight, FusionRule.Sum, Spectral("a", weight, ColumnSelection.Block(2, 3)), rotated));
        Assert.Contains("columns 7, 8", error.Message);
        var fused = WeightFusion.Fuse(weight, FusionRule.Sum, Spectral("a", weight, ColumnSelection.Top(3)), rotated);
        GoldenCheck.Close(weight, fused, (1e-6, 0), "fresh adapters");
    }

    [Fact]
    public void A_half_precision_base_is_fused_in_float32_and_rounded_once()
    {
        using var scope = NewDisposeScope();
        var generator = new Generator(4);
        var weight = randn(6, 5, generator: generator).to_type(ScalarType.BFloat16); // [m, n]
        var changes = Enumerable.Range(0, 3)
            .Select(_ => new LoraFactors(randn(6, 2, generator: generator), randn(2, 5, generator: generator))).ToList();
        var fused = WeightFusion.Fuse(weight, FusionRule.Mean, [.. changes.Select((change, i) => FusionConcept.Of($"c{i}", change))]);
        var wide = weight.to_type(ScalarType.Float64); // [m, n]
        foreach (var change in changes)
        {
            wide = wide.add(change.Up.mm(change.Down), 1.0 / 3);
        }

        Assert.Equal(ScalarType.BFloat16, fused.dtype);
        GoldenCheck.Same(wide.to_type(ScalarType.BFloat16), fused, "rounded once");
    }

    [Fact]
    public void Concepts_that_cannot_be_fused_are_refused()
    {
        using var scope = NewDisposeScope();
        var weight = ones(4, 3); // [m, n]
        var good = FusionConcept.Of("good", new LoraFactors(ones(4, 1), ones(1, 3)));
        Refused("at least one concept", weight);
        Refused("'good' is given 2 times", weight, good, good);
        var wide = FusionConcept.Of("wide", new LoraFactors(ones(4, 1), ones(1, 5)));
        Refused("'wide' adapts a weight [4, 5]; the base weight is [4, 3]", weight, good, wide);
        Refused("'strong': alpha is Infinity", weight, good with { Name = "strong", Alpha = double.PositiveInfinity });
        var broken = FusionConcept.Of("broken", new LoraFactors(full([4, 1], float.NaN), ones(1, 3)));
        Refused("'broken': its weight holds NaN", weight, good, broken);
        var error = Assert.Throws<ArgumentException>(() => FusionConcept.Of("odd", new LoraFactors(ones(4, 2), ones(1, 3))));
        Assert.Contains("'odd': the factors have the shapes [4, 2] and [1, 3]", error.Message);
        GoldenCheck.Same(ones(4, 3), weight, "base weight");
    }

    [Fact]
    public void Gradient_fusion_over_concepts_is_that_over_their_stacked_outputs()
    {
        using var scope = NewDisposeScope();
        var generator = new Generator(9);
        var weight = randn(6, 5, dtype: ScalarType.Float64, generator: generator); // [m, n]
        var inputs = Enumerable.Range(0, 2).Select(_ => randn(4, 5, dtype: ScalarType.Float64, generator: generator))
            .ToList(); // [T, n] each
        var concepts = new[] { Spectral("a", weight, ColumnSelection.Top(2), 0.3), Spectral("b", weight, ColumnSelection.Skip(2, 2), 0.3) };
        var result = GradientFusion.Fuse(weight, [.. concepts.Zip(inputs)]);
        var outputs = concepts.Zip(inputs, (concept, x) => x.mm(concept.MergedWeight(weight).t())).ToList(); // [T, m] each
        var stacked = GradientFusion.Fuse(weight, cat(inputs, 0), cat(outputs, 0));
        GoldenCheck.Same(stacked.Weight, result.Weight, "weight");
        Assert.True(result.Loss < result.StartLoss);
    }

    [Fact]
    public void Chunks_of_rows_give_the_loss_and_gradient_of_all_rows()
    {
        using var scope = NewDisposeScope();
        var generator = new Generator(11);
        var x = randn(11_003, 3, dtype: ScalarType.Float64, generator: generator); // [T, n]
        var y = randn(11_003, 2, dtype: ScalarType.Float64, generator: generator); // [T, m]
        var weight = randn(2, 3, dtype: ScalarType.Float64, generator: generator); // [m, n]
        var (loss, gradient) = new LeastSquares(x, y).Evaluate(weight);
        var leaf = weight.clone().requires_grad_(); // [m, n]
        var reference = x.mm(leaf.t()).sub(y).square().mean();
        reference.backward();
        Assert.Equal(reference.item<double>(), loss, 1e-12);
        GoldenCheck.Close(leaf.grad!, gradient, (1e-12, 0), "gradient");
    }

    [Fact]
    public void Gradient_fusion_refuses_features_that_do_not_fit()
    {
        using var scope = NewDisposeScope();
        var weight = ones(4, 3); // [m, n]
        Throws("the inputs have the shape [2, 4]; expected [rows, 3]", () => GradientFusion.Fuse(weight, ones(2, 4), ones(2, 4)));
        Throws("found 2 rows of inputs and 3 of targets", () => GradientFusion.Fuse(weight, ones(2, 3), ones(3, 4)));
        Throws("the targets hold NaN", () => GradientFusion.Fuse(weight, ones(2, 3), full([2, 4], float.NaN)));
        Throws("the inputs have the shape [0, 3]", () => GradientFusion.Fuse(weight, ones(0, 3), ones(0, 4)));
    }

    [Fact]
    public void Only_the_results_are_left_of_a_fusion()
    {
        using var scope = NewDisposeScope();
        var weight = randn(12, 9, generator: new Generator(1)); // [m, n]
        var concepts = new[] { Spectral("a", weight, ColumnSelection.Top(3)), Spectral("b", weight, ColumnSelection.Bottom(3)) };
        var inputs = randn(7, 9); // [T, n]
        var before = LiveTensors.Count();
        WeightFusion.Fuse(weight, FusionRule.Mean, concepts);
        Assert.Equal(before + 1, Tensor.TotalCount);
        GradientFusion.Fuse(weight, [(concepts[0], inputs), (concepts[1], inputs)]);
        Assert.Equal(before + 2, Tensor.TotalCount);
        InterferenceReport.Of([.. concepts.Select(concept => (concept.Name, concept.Adapter))]);
        Assert.Equal(before + 2, Tensor.TotalCount);
    }

    private static void Refused(string expected, Tensor weight, params FusionConcept[] concepts) =>
        Throws(expected, () => WeightFusion.Fuse(weight, FusionRule.Mean, concepts));

    private static void Throws(string expected, Action action) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(action).Message);

    private static FusionConcept Spectral(string name, Tensor weight, ColumnSelection columns, double spread = 0)
    {
        using var noGrad = no_grad();
        var generator = new Generator(21);
        var site = new AdapterSite("layer", weight, generator, new ExactFactorSource());
        var adapter = new SpectralAAdapter(new SpectralAConfig { Columns = columns }, site);
        foreach (var parameter in adapter.parameters())
        {
            parameter.copy_(randn(parameter.shape, dtype: parameter.dtype, generator: generator).mul(spread));
        }

        return new FusionConcept(name, adapter);
    }
}
