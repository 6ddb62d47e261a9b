using SpectralAdapters.Factors;
using SpectralAdapters.Tests.Golden;
using SpectralAdapters.Tests.Lifecycle;
using SpectralAdapters.Tests.Properties;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Theory;

/// <summary>
/// The surprises of the reference code (tests/fixtures/adapters/README.md, section 8): each is absent here, or a named option that
/// says so. Those that concern fusion and PEFT files are tested with these.
/// </summary>
public sealed class ReferenceSurpriseTests
{
    [Fact]
    public void The_neumann_option_turns_the_opposite_way_to_the_exact_transform()
    {
        using var scope = NewDisposeScope();
        var layer = RandomLayer.Create(16, 12, new Generator(1));
        using var exact = new OftAdapter(new OftConfig { BlockSize = 4 }, layer.Site);
        using var series = new OftAdapter(new OftConfig { BlockSize = 4, NeumannTerms = 30 }, layer.Site);
        MethodCases.Perturb(exact, new Generator(2));
        using (no_grad())
        {
            series.parameters().Single().copy_(exact.parameters().Single().neg());
        }

        GoldenCheck.Close(exact.MergedWeight(layer.Weight), series.MergedWeight(layer.Weight), (1e-9, 0), "exact(K) and Neumann(-K)");
    }

    [Fact]
    public void Shared_and_separate_blocks_turn_opposite_ways_in_the_diffusion_convention_only()
    {
        using var scope = NewDisposeScope();
        var layer = RandomLayer.Create(16, 12, new Generator(1));
        foreach (var (convention, factor) in new[] { (OftConvention.InputSide, -1), (OftConvention.OutputSide, 1) })
        {
            var config = new OftConfig { Convention = convention, BlockSize = null, Blocks = 4 };
            using var separate = new OftAdapter(config, layer.Site);
            using var shared = new OftAdapter(config with { ShareBlocks = true }, layer.Site);
            MethodCases.Perturb(shared, new Generator(2));
            using (no_grad())
            {
                separate.parameters().Single().copy_(shared.parameters().Single().mul(factor));
            }

            GoldenCheck.Close(shared.MergedWeight(layer.Weight), separate.MergedWeight(layer.Weight), (1e-12, 0), $"{convention}");
        }
    }

    [Fact]
    public void Official_strength_zero_erases_a_rotated_weight_and_the_linear_rule_does_not()
    {
        using var scope = NewDisposeScope();
        var layer = RandomLayer.Create(16, 12, new Generator(1));
        using var adapter = new OftAdapter(
            new OftConfig { Convention = OftConvention.InputSide, BlockSize = null, Blocks = 4, ShareBlocks = true }, layer.Site);
        MethodCases.Perturb(adapter, new Generator(2));
        GoldenCheck.Same(zeros_like(layer.Weight), adapter.MergedWeight(layer.Weight, 0, MergeRule.Official), "official");
        GoldenCheck.Close(layer.Weight, adapter.MergedWeight(layer.Weight, 0), (1e-13, 0), "linear");
    }

    [Fact]
    public void Official_strength_acts_on_spectral_A_in_the_third_power_and_drops_the_relu_of_svdiff()
    {
        using var scope = NewDisposeScope();
        var layer = RandomLayer.Create(16, 12, new Generator(1));
        using var spectral = new SpectralAAdapter(
            new SpectralAConfig { Columns = ColumnSelection.Top(2), TrainSingularValues = true }, layer.Site);
        MethodCases.Perturb(spectral, new Generator(2));
        using var scaled = new SpectralAAdapter(
            new SpectralAConfig { Columns = ColumnSelection.Top(2), TrainSingularValues = true }, layer.Site);
        using var svdiff = new SvdiffAdapter(new SvdiffConfig(), layer.Site);
        using (no_grad())
        {
            foreach (var (target, source) in scaled.parameters().Zip(spectral.parameters()))
            {
                target.copy_(source.mul(0.3));
            }

            svdiff.parameters().Single().fill_(-100);
        }

        GoldenCheck.Close(
            scaled.MergedWeight(layer.Weight), spectral.MergedWeight(layer.Weight, 0.3, MergeRule.Official), (1e-12, 0), "spectral A");
        GoldenCheck.Same(zeros_like(layer.Weight), svdiff.MergedWeight(layer.Weight), "SVDiff with relu");
        Assert.True(svdiff.MergedWeight(layer.Weight, 1, MergeRule.Official).abs().max().item<double>() > 1);
    }

    [Fact]
    public void Only_constrained_oft_writes_into_its_parameters_in_the_forward()
    {
        using var scope = NewDisposeScope();
        var layer = RandomLayer.Create(16, 12, new Generator(1));
        foreach (var epsilon in new double?[] { null, 1e-3 })
        {
            using var adapter = new OftAdapter(new OftConfig { BlockSize = 4, Epsilon = epsilon }, layer.Site);
            MethodCases.Perturb(adapter, new Generator(2));
            var before = adapter.parameters().Single().clone();
            adapter.forward(layer.Input, layer.Weight, layer.Bias);
            Assert.Equal(epsilon is null, before.eq(adapter.parameters().Single()).all().item<bool>());
        }
    }

    // The fork's converter knows only the top columns and merges the others as plain LoRA.
    [Theory]
    [InlineData("skip:5:3")]
    [InlineData("bottom:3")]
    [InlineData("list:1,8")]
    public void Every_choice_of_columns_merges_to_what_was_trained(string columns)
    {
        using var scope = NewDisposeScope();
        var layer = RandomLayer.Create(16, 12, new Generator(1));
        using var adapter = new SpectralAAdapter(new SpectralAConfig { Columns = ColumnSelection.Parse(columns) }, layer.Site);
        MethodCases.Perturb(adapter, new Generator(2));
        var merged = nn.functional.linear(layer.Input, adapter.MergedWeight(layer.Weight), layer.Bias); // [2, 5, m]
        GoldenCheck.Close(merged, adapter.forward(layer.Input, layer.Weight, layer.Bias), (1e-12, 0), columns);
    }

    [Fact]
    public void Merging_changes_neither_the_weight_nor_the_factors()
    {
        using var scope = NewDisposeScope();
        var layer = RandomLayer.Create(16, 12, new Generator(1));
        var weight = layer.Weight.clone();
        using var adapter = new SpectralAAdapter(new SpectralAConfig { Columns = ColumnSelection.Top(3), TrainSingularValues = true },
            layer.Site);
        MethodCases.Perturb(adapter, new Generator(2));
        var first = adapter.MergedWeight(layer.Weight, 0.7, MergeRule.Official);
        GoldenCheck.Same(first, adapter.MergedWeight(layer.Weight, 0.7, MergeRule.Official), "merged twice");
        GoldenCheck.Same(weight, layer.Weight, "weight");
    }

    // The official checkpoints hold A and B alone and mean nothing without the signs of the machine that trained them.
    [Theory]
    [InlineData("spectral-a")]
    [InlineData("spectral-r")]
    [InlineData("svdiff")]
    public void A_saved_adapter_does_not_depend_on_the_signs_of_another_decomposition(string method)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = new SmallModel();
        using var fresh = new SmallModel();
        var adapted = AdaptedModel.Attach(model, AdaptedModelTests.Config(method), new Generator(0), new FlippedFactorSource());
        AdaptedModelTests.Perturb(adapted, new Generator(1));
        adapted.Save(folder.Root);
        AdaptedModel.Load(fresh, folder.Root);
        GoldenCheck.Same(model.call(AdaptedModelTests.Input()), fresh.call(AdaptedModelTests.Input()), method);
    }

    [Fact]
    public void Weight_decay_pulls_one_plus_c_to_the_base_and_the_multiplicative_form_to_zero()
    {
        using var scope = NewDisposeScope();
        var layer = RandomLayer.Create(16, 12, new Generator(1));
        foreach (var scale in new[] { SingularScale.OnePlus, SingularScale.Multiplicative })
        {
            using var adapter = new SpectralRAdapter(new SpectralRConfig { Columns = ColumnSelection.Top(3), Scale = scale }, layer.Site);
            var optimizer = new ReferenceAdamW([.. adapter.parameters()], learningRate: 0.1, weightDecay: 0.1);
            foreach (var parameter in adapter.parameters())
            {
                parameter.grad = zeros_like(parameter);
            }

            optimizer.Step();
            var unchanged = adapter.MergedWeight(layer.Weight).eq(layer.Weight).all().item<bool>();
            Assert.Equal(scale == SingularScale.OnePlus, unchanged);
        }
    }

    [Fact]
    public void A_masked_triplet_can_come_back_and_the_scale_keeps_the_initial_rank()
    {
        using var scope = NewDisposeScope();
        var layer = RandomLayer.Create(16, 12, new Generator(1));
        var config = new AdaLoraConfig { Rank = 4, Alpha = 8 };
        Assert.Equal(8 / (4 + 1e-5),
            ((AdaLoraConfig)(config with { RankPattern = new Dictionary<string, long> { ["layer"] = 2 } }).ForLayer("layer")).Scale);
        using var adapter = new AdaLoraAdapter(config, layer.Site);
        using var importance = new TripletImportance(adapter, new RankAllocation { TotalSteps = 10 });
        var optimizer = new ReferenceAdamW([.. adapter.parameters()], learningRate: 0.01, weightDecay: 0);
        using (no_grad())
        {
            importance.Drop([2, 1, 2, 2], threshold: 1);
            importance.Mask();
        }

        Assert.Equal(0, adapter.E[1, 0].item<double>());
        adapter.forward(layer.Input, layer.Weight, layer.Bias).square().mean().backward();
        optimizer.Step();
        Assert.NotEqual(0, adapter.E[1, 0].item<double>());
    }

    [Fact]
    public void Vera_projections_follow_the_bounds_of_their_convention()
    {
        var layer = RandomLayer.Create(36, 36, new Generator(1));
        foreach (var (shared, bound) in new[] { (true, Math.Sqrt(6.0 / 36)), (false, Math.Sqrt(1.0 / 36)) })
        {
            using var adapter = new VeraAdapter(new VeraConfig { Rank = 36, SharedProjections = shared }, layer.Site);
            Assert.All(adapter.buffers(), buffer => Assert.InRange(buffer.abs().max().item<double>(), 0.95 * bound, bound));
        }
    }

    private sealed class FlippedFactorSource : ISingularFactorSource
    {
        public SingularFactors Get(string layer, Tensor weight, ColumnSelection columns)
        {
            using var factors = SingularFactors.Exact(weight, columns);
            return new SingularFactors(factors.U.neg(), factors.S.clone(), factors.V.neg(), factors.Origin);
        }
    }
}
