using SpectralAdapters.Fusion;
using SpectralAdapters.Tests.Golden;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Fusion;

public sealed class ModelFusionTests
{
    private static readonly string[] Concepts = ["dogA", "dogB", "catA"];

    [Fact]
    public void A_fused_model_computes_with_every_concepts_change()
    {
        using var scope = NewDisposeScope();
        using var model = new TwoLayers(seed: 3);
        var adapted = Adapted(model);
        var fused = ModelFusion.Fuse(adapted, FusionRule.Sum, [.. Concepts.Select(concept => (concept, 1.0))]);
        adapted.Combine("sum", [.. Concepts.Select(concept => (concept, 1.0))]);
        adapted.Activate("sum");
        var input = randn(4, 10, generator: new Generator(8)); // [B, n]
        var expected = model.call(input); // [B, m]
        adapted.Activate(null);
        var untouched = model.call(input); // [B, m]
        using var fresh = new TwoLayers(seed: 3);
        GoldenCheck.Same(fresh.call(input), untouched, "the model that was fused from");
        ModelFusion.Write(fresh, fused);
        GoldenCheck.Close(expected, fresh.call(input), (1e-5, 1e-5), "fused model");
    }

    [Fact]
    public void A_mean_at_zero_strength_is_the_base()
    {
        using var scope = NewDisposeScope();
        using var model = new TwoLayers(seed: 3);
        var adapted = Adapted(model);
        var fused = ModelFusion.Fuse(adapted, FusionRule.Mean, [.. Concepts.Select(concept => (concept, 0.0))]);
        Assert.Equal(["first", "second"], fused.Keys);
        adapted.Activate(null);
        GoldenCheck.Close(model.First.Weight, fused["first"], (1e-6, 0), "first");
    }

    [Fact]
    public void Interference_is_reported_layer_by_layer()
    {
        using var scope = NewDisposeScope();
        using var model = new TwoLayers(seed: 3);
        var reports = ModelFusion.Interference(Adapted(model), Concepts);
        Assert.Equal(["first", "second"], reports.Keys);
        Assert.All(reports.Values, report => Assert.Equal(3, report.Pairs.Count));
    }

    [Fact]
    public void What_does_not_fit_is_refused_before_anything_is_written()
    {
        using var scope = NewDisposeScope();
        using var model = new TwoLayers(seed: 3);
        var adapted = Adapted(model);
        Throws<ArgumentException>("no adapter 'bird'", () => ModelFusion.Fuse(adapted, FusionRule.Mean, ("bird", 1.0)));
        Throws<ArgumentException>("at least one adapter", () => ModelFusion.Fuse(adapted, FusionRule.Mean));
        adapted.Add("part", Config(3) with { TargetModules = TargetModules.Named("first") }, new Generator(1));
        Throws<ArgumentException>(
            "'dogA' and 'part' do not adapt the same layers",
            () => ModelFusion.Fuse(adapted, FusionRule.Mean, ("dogA", 1.0), ("part", 1.0)));
        adapted.Add("twin", Config(1), new Generator(1));
        Throws<ArgumentException>(
            "first: The concepts 'dogB' and 'twin' both tune",
            () => ModelFusion.Fuse(adapted, FusionRule.Mean, ("dogB", 1.0), ("twin", 1.0)));
        var fused = ModelFusion.Fuse(adapted, FusionRule.Mean, ("dogA", 1.0));
        Throws<InvalidOperationException>("first carries an adapter", () => ModelFusion.Write(model, fused));
        using var fresh = new TwoLayers(seed: 3);
        var before = fresh.First.Weight.clone();
        var wrong = new Dictionary<string, Tensor> { ["first"] = fused["first"], ["second"] = ones(2, 2) };
        Throws<ArgumentException>("second: the fused weight is [2, 2], the model's [7, 12]", () => ModelFusion.Write(fresh, wrong));
        var unknown = new Dictionary<string, Tensor> { ["third"] = ones(2, 2) };
        Throws<ArgumentException>("no linear layer 'third'", () => ModelFusion.Write(fresh, unknown));
        GoldenCheck.Same(before, fresh.First.Weight, "first");
    }

    private static void Throws<T>(string expected, Action action)
        where T : Exception => Assert.Contains(expected, Assert.Throws<T>(action).Message);

    private static SpectralAConfig Config(long block) => new()
    {
        TargetModules = TargetModules.Named("first", "second"),
        Columns = ColumnSelection.Block(block, 1),
        TrainSingularValues = true,
    };

    private static AdaptedModel Adapted(TwoLayers model)
    {
        var adapted = AdaptedModel.Attach(model, Config(0), new Generator(0), name: Concepts[0]);
        adapted.Add(Concepts[1], Config(1), new Generator(0));
        adapted.Add(Concepts[2], Config(2), new Generator(0));
        using var noGrad = no_grad();
        foreach (var (concept, seed) in Concepts.Zip([1UL, 2UL, 3UL]))
        {
            adapted.Activate(concept);
            foreach (var parameter in adapted.TrainableParameters())
            {
                parameter.copy_(randn(parameter.shape, generator: new Generator(seed)).mul(0.2));
            }
        }

        adapted.Activate(Concepts[0]);
        return adapted;
    }

    private sealed class TwoLayers : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "first")]
        private readonly AdaptableLinear _first;

        [ComponentName(Name = "second")]
        private readonly AdaptableLinear _second;

        public TwoLayers(ulong seed)
            : base(nameof(TwoLayers))
        {
            _first = new AdaptableLinear(10, 12);
            _second = new AdaptableLinear(12, 7);
            RegisterComponents();
            using var noGrad = no_grad();
            var generator = new Generator(seed);
            foreach (var parameter in this.parameters())
            {
                parameter.copy_(randn(parameter.shape, generator: generator).mul(0.3));
            }
        }

        public AdaptableLinear First => _first;

        public override Tensor forward(Tensor input) => _second.call(_first.call(input).tanh()); // [B, m]
    }
}
