using SpectralAdapters.Files.Peft;
using SpectralAdapters.Tests.Golden;
using SpectralExperiments.Tests;
using TorchSharp;
using TorchSharp.Utils;
using static SpectralAdapters.Tests.Lifecycle.ExchangedLayerTests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Lifecycle;

public sealed class CombinationTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void A_trained_head_is_not_dropped()
    {
        using var net = new Net();
        var adapted = Attach(net, Lora("a"));
        adapted.Add("second", Lora("a") with { ModulesToSave = ["head"] }, new Generator(1));
        var error = Assert.Throws<ArgumentException>(() => adapted.Combine("sum", ("default", 1), ("second", 1)));
        Assert.Contains("'second'", error.Message);
        Assert.Contains("head.weight", error.Message);
        Assert.Equal(["default", "second"], adapted.Names.Order());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void A_weight_that_is_no_number_is_refused(double weight)
    {
        using var net = new Net();
        var adapted = Attach(net, Lora("a"));
        Assert.Contains("'default'", Assert.Throws<ArgumentException>(() => adapted.Combine("sum", ("default", weight))).Message);
    }

    [Fact]
    public void Exactly_the_layers_of_the_parts_are_combined()
    {
        using var folder = new TemporaryFolder();
        using var model = new Outer();
        using var fresh = new Outer();
        var adapted = AdaptedModel.Attach(
            model, new LoraConfig { Rank = 2, TargetModules = TargetModules.Matching("q") }, new Generator(0));
        AdaptedModelTests.Perturb(adapted, new Generator(1));
        var expected = model.call(Input());
        adapted.Combine("same", ("default", 1));
        adapted.Activate("same");
        Assert.Equal(["q"], adapted.Layers.Keys);
        GoldenCheck.Close(expected, model.call(Input()), (1e-6, 1e-6), "combination");
        adapted.Save(folder.Root);
        AdaptedModel.Load(fresh, folder.Root);
        GoldenCheck.Same(model.call(Input()), fresh.call(Input()), "loaded");
    }

    [Fact]
    public void Every_layer_has_the_rank_of_its_own_name()
    {
        using var folder = new TemporaryFolder();
        using var model = new Outer();
        using var fresh = new Outer();
        var adapted = AdaptedModel.Attach(model, Config(new Dictionary<string, long> { [@"block\.q"] = 3 }), new Generator(0));
        adapted.Add("second", Config(new Dictionary<string, long> { ["block.q"] = 1 }), new Generator(1));
        adapted.Combine("sum", ("default", 1), ("second", 2));
        adapted.Activate("sum");
        AdaptedModelTests.Perturb(adapted, new Generator(2));
        adapted.Save(folder.Root);
        AdaptedModel.Load(fresh, folder.Root);
        GoldenCheck.Same(model.call(Input()), fresh.call(Input()), "loaded");
        PeftFiles.ExportLora(adapted, folder.File("lora"));
        using var third = new Outer();
        AdaptedModel.Load(third, folder.File("lora"));
        GoldenCheck.Close(model.call(Input()), third.call(Input()), (1e-6, 1e-6), "exported");
        PeftFiles.Save(adapted, folder.File("peft"));
        using var fourth = new Outer();
        AdaptedModel.Load(fourth, folder.File("peft"));
        GoldenCheck.Close(model.call(Input()), fourth.call(Input()), (1e-6, 1e-6), "in PEFT's format");

        static LoraConfig Config(Dictionary<string, long> ranks) =>
            new() { Rank = 2, RankPattern = ranks, TargetModules = TargetModules.Named("q") };
    }

    private sealed class Outer : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "block")]
        private readonly Inner _block = new();

        [ComponentName(Name = "q")]
        private readonly AdaptableLinear _q = new(8, 8);

        public Outer()
            : base(nameof(Outer))
        {
            RegisterComponents();
            using var noGrad = no_grad();
            var random = new Generator(9);
            foreach (var parameter in parameters())
            {
                parameter.copy_(randn(parameter.shape, generator: random));
            }
        }

        public override Tensor forward(Tensor input) => _q.call(_block.call(input));
    }

    private sealed class Inner : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "q")]
        private readonly AdaptableLinear _q = new(8, 8);

        public Inner()
            : base(nameof(Inner)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _q.call(input);
    }
}
