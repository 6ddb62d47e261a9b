using SpectralAdapters.Tests.Golden;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Lifecycle;

/// <summary>What holds for a plain Linear also holds for the layer that takes its place, and layers that are shared are noticed.</summary>
public sealed class ExchangedLayerTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_exchanged_layer_is_in_the_mode_of_the_model(bool training)
    {
        using var net = new Net();
        net.train(training);
        AdaptedModelTests.Perturb(Attach(net, Lora("a", "b") with { Dropout = 0.5 }), new Generator(2));
        Assert.Equal(!training, net.call(Input()).eq(net.call(Input())).all().item<bool>());
    }

    [Fact]
    public void Sub_modules_keep_their_order()
    {
        using var net = new Net();
        var (modules, parameters) = (Modules(net), net.named_parameters().Select(pair => pair.name).ToList());
        Attach(net, Lora("a"));
        Assert.Equal(modules, Modules(net));
        Assert.Equal(parameters, net.named_parameters().Select(pair => pair.name));
    }

    [Fact]
    public void Adapters_of_one_layer_that_were_added_before_it_was_exchanged_take_turns()
    {
        using var net = new Net();
        var adapted = Attach(net, Lora("a"));
        adapted.Add("second", Lora("b"), new Generator(2));
        adapted.Add("third", Lora("b"), new Generator(3));
        adapted.Activate("second");
        AdaptedModelTests.Perturb(adapted, new Generator(4));
        var second = net.call(Input());
        adapted.Activate("third");
        AdaptedModelTests.Perturb(adapted, new Generator(5));
        var third = net.call(Input());
        adapted.Activate("second");
        GoldenCheck.Same(second, net.call(Input()), "second");
        adapted.Activate("third");
        GoldenCheck.Same(third, net.call(Input()), "third");
    }

    [Fact]
    public void A_layer_under_two_names_is_refused_and_nothing_changes()
    {
        using var net = new Net(oneLayer: true);
        var expected = net.call(Input());
        foreach (var names in new[] { new[] { "a", "b" }, ["a"], ["b"] })
        {
            var error = Assert.Throws<ArgumentException>(() => Attach(net, Lora(names)));
            Assert.Contains("a", error.Message);
            Assert.Contains("'b'", error.Message);
            Assert.All(net.parameters(), parameter => Assert.True(parameter.requires_grad));
        }

        GoldenCheck.Same(expected, net.call(Input()), "output");
    }

    [Fact]
    public void A_weight_of_two_layers_can_be_adapted_and_not_merged()
    {
        using var net = new Net(oneWeight: true);
        var adapted = Attach(net, Lora("a", "b"));
        AdaptedModelTests.Perturb(adapted, new Generator(4));
        var (weight, expected) = (net.get_parameter("a.weight")!.clone(), net.call(Input()));
        var error = Assert.Throws<InvalidOperationException>(() => adapted.Merge());
        Assert.Contains("a.weight", error.Message);
        Assert.Contains("b.weight", error.Message);
        adapted.Unmerge();
        GoldenCheck.Same(weight, net.get_parameter("a.weight")!, "weight");
        GoldenCheck.Same(expected, net.call(Input()), "output");
    }

    [Fact]
    public void Layers_of_a_sequence_and_of_a_list_are_exchanged()
    {
        using var sequence = nn.Sequential(("first", nn.Linear(8, 8)), ("relu", nn.ReLU()), ("last", nn.Linear(8, 3)));
        var expected = sequence.call(Input());
        var adapted = Attach(sequence, Lora("first", "last"));
        GoldenCheck.Same(expected, sequence.call(Input()), "untrained");
        AdaptedModelTests.Perturb(adapted, new Generator(4));
        var trained = sequence.call(Input());
        Assert.False(trained.eq(expected).all().item<bool>());
        adapted.Merge();
        GoldenCheck.Close(trained, sequence.call(Input()), (1e-5, 1e-5), "merged");
        adapted.Detach();
        GoldenCheck.Same(expected, sequence.call(Input()), "detached");

        using var list = new ListNet();
        expected = list.call(Input());
        AdaptedModelTests.Perturb(Attach(list, Lora("0", "1")), new Generator(4));
        Assert.False(list.call(Input()).eq(expected).all().item<bool>());
        Assert.All(list.Layers, layer => Assert.IsType<AdaptableLinear>(layer));
        Assert.Equal(["layers", "layers.0", "layers.1"], list.named_modules().Select(pair => pair.name));
        Assert.All(list.named_modules().Skip(1).Zip(list.Layers), pair => Assert.Same(pair.First.module, pair.Second));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_strength_that_is_no_number_is_refused(double strength)
    {
        using var net = new Net();
        var adapted = Attach(net, Lora("a"));
        Assert.Contains("strength", Assert.Throws<ArgumentException>(() => adapted.Merge(strength)).Message);
        Assert.All(net.parameters(), parameter => Assert.True(parameter.isfinite().all().item<bool>()));
    }

    internal static LoraConfig Lora(params string[] targets) => new() { Rank = 2, TargetModules = TargetModules.Named(targets) };

    internal static AdaptedModel Attach(nn.Module model, AdapterConfig config) => AdaptedModel.Attach(model, config, new Generator(0));

    internal static Tensor Input() => randn([6, 8], generator: new Generator(7)); // [T, D]

    private static List<string> Modules(Net net) => [.. net.named_modules().Select(pair => pair.name)];

    private sealed class ListNet : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "layers")]
        private readonly ModuleList<nn.Module<Tensor, Tensor>> _layers = nn.ModuleList<nn.Module<Tensor, Tensor>>(
            nn.Linear(8, 8), nn.Linear(8, 3));

        public ListNet()
            : base(nameof(ListNet)) => RegisterComponents();

        public IReadOnlyList<nn.Module<Tensor, Tensor>> Layers => [.. _layers];

        public override Tensor forward(Tensor input) => _layers.Aggregate(input, (hidden, layer) => layer.call(hidden));
    }
}
