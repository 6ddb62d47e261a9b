using SpectralAdapters.Tests.Golden;
using SpectralAdapters.Tests.Properties;
using SpectralExperiments.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Lifecycle;

public sealed class AdaptedModelTests
{
    private static readonly TargetModules Projections = TargetModules.Named("up_proj", "down_proj");

    public static TheoryData<string> Methods =>
        [.. AdapterRegistry.Methods.Where(method => !method.Default.TrainsBase).Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Only_adapters_and_modules_to_save_change_in_a_step(string method)
    {
        using var scope = NewDisposeScope();
        using var model = new SmallModel();
        var before = model.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.clone());
        var adapted = Attach(model, method, ["classifier"]);
        var trained = adapted.NamedTrainableParameters().ToList();
        var start = trained.ToDictionary(pair => pair.Name, pair => pair.Parameter.clone());
        Step(model, adapted, new ReferenceAdamW([.. trained.Select(pair => pair.Parameter)], 1e-2, 0.01));

        Assert.Equal(before.Keys.Order(), model.state_dict().Keys.Order());
        foreach (var (name, value) in model.state_dict().Where(pair => !pair.Key.StartsWith("classifier.", StringComparison.Ordinal)))
        {
            GoldenCheck.Same(before[name], value, name);
        }

        Assert.All(trained, pair => Assert.False(pair.Parameter.eq(start[pair.Name]).all().item<bool>(), pair.Name));
        Assert.All(model.named_parameters(), pair =>
            Assert.Equal(pair.name.StartsWith("classifier.", StringComparison.Ordinal), pair.parameter.requires_grad));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Merging_and_unmerging_ten_times_leaves_the_base_bit_for_bit(string method)
    {
        using var scope = NewDisposeScope();
        using var model = new SmallModel();
        model.eval();
        var input = Input();
        var adapted = Attach(model, method);
        var random = new Generator(4);
        Perturb(adapted, random);
        var before = model.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.clone());
        var running = model.call(input);
        for (var round = 0; round < 10; round++)
        {
            adapted.Merge();
            model.train();
            model.eval();
            GoldenCheck.Close(running, model.call(input), (2e-5, 2e-5), "merged output");
            adapted.Unmerge();
        }

        Assert.All(model.state_dict(), pair => GoldenCheck.Same(before[pair.Key], pair.Value, pair.Key));
        GoldenCheck.Same(running, model.call(input), "output");
        adapted.Detach();
        GoldenCheck.Same(new SmallModel().call(input), model.call(input), "output without adapters");
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_saved_adapter_gives_the_same_outputs_on_a_fresh_model(string method)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = new SmallModel();
        using var fresh = new SmallModel();
        var adapted = Attach(model, method, ["classifier"]);
        Perturb(adapted, new Generator(4));
        adapted.Save(folder.Root);
        var loaded = AdaptedModel.Load(fresh, folder.Root);
        model.eval();
        fresh.eval();
        GoldenCheck.Same(model.call(Input()), fresh.call(Input()), "output");
        Assert.Equal(adapted.Config.ToJson(), loaded.Config.ToJson());
        Assert.Equal(["adapter_config.json", "adapter_model.safetensors"],
            Directory.GetFiles(folder.Root).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Full_tuning_trains_everything_and_saves_it()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = new SmallModel();
        using var fresh = new SmallModel(seed: 2);
        var adapted = AdaptedModel.Attach(model, new FullConfig(), new Generator(0));
        Assert.Equal(1, adapted.CountParameters().Share);
        Step(model, adapted, new ReferenceAdamW(adapted.TrainableParameters(), 1e-2, 0.01));
        adapted.Save(folder.Root);
        AdaptedModel.Load(fresh, folder.Root);
        GoldenCheck.Same(model.call(Input()), fresh.call(Input()), "output");
        Assert.Throws<InvalidOperationException>(() => adapted.Add("b", Config("lora"), new Generator(0)));
    }

    [Fact]
    public void Head_only_trains_and_saves_the_modules_to_save_alone()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = new SmallModel();
        using var fresh = new SmallModel();
        var total = model.parameters().Sum(parameter => parameter.numel());
        var adapted = AdaptedModel.Attach(model, new HeadOnlyConfig { ModulesToSave = ["classifier"] }, new Generator(0));
        Assert.Equal(new ParameterCounts(0, 51, total), adapted.CountParameters());
        Assert.Equal(["classifier.weight", "classifier.bias"], adapted.NamedTrainableParameters().Select(pair => pair.Name));
        Assert.Equal(
            ["classifier.bias", "classifier.weight"],
            model.named_parameters().Where(pair => pair.parameter.requires_grad).Select(pair => pair.name).Order());
        Step(model, adapted, new ReferenceAdamW(adapted.TrainableParameters(), 1e-2, 0.01));
        adapted.Save(folder.Root);
        AdaptedModel.Load(fresh, folder.Root);
        GoldenCheck.Same(model.call(Input()), fresh.call(Input()), "output");
        Assert.Throws<InvalidOperationException>(() => adapted.Add("b", Config("lora"), new Generator(0)));
        using var other = new SmallModel();
        var error = Assert.Throws<ArgumentException>(
            () => AdaptedModel.Attach(other, new HeadOnlyConfig { ModulesToSave = ["score"] }, new Generator(0)));
        Assert.Contains("no module to save named score", error.Message);
    }

    [Fact]
    public void Counts_adapters_modules_to_save_and_all()
    {
        using var model = new SmallModel();
        var total = model.parameters().Sum(parameter => parameter.numel());
        var counts = Attach(model, "lora", ["classifier"]).CountParameters();
        Assert.Equal(new ParameterCounts(4 * 3 * (16 + 24), 51, total + (4 * 3 * (16 + 24))), counts);
        Assert.Equal((480.0 + 51) / (total + 480), counts.Share, 1e-12);
    }

    [Fact]
    public void Train_and_eval_and_conversions_reach_the_adapters()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallModel();
        var adapted = AdaptedModel.Attach(model, new LoraConfig { Rank = 3, Dropout = 0.5, TargetModules = Projections }, new Generator(0));
        Perturb(adapted, new Generator(1));
        model.train();
        Assert.False(model.call(Input()).eq(model.call(Input())).all().item<bool>());
        model.eval();
        GoldenCheck.Same(model.call(Input()), model.call(Input()), "output in evaluation");
        model.to(ScalarType.Float64);
        Assert.All(adapted.TrainableParameters(), parameter => Assert.Equal(ScalarType.Float64, parameter.dtype));
    }

    [Fact]
    public void Several_adapters_take_turns_with_their_own_modules_to_save()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallModel();
        var bare = model.call(Input());
        var adapted = Attach(model, "lora", ["classifier"]);
        Perturb(adapted, new Generator(1));
        var first = model.call(Input());
        adapted.Add("second", Config("spectral-r") with { ModulesToSave = ["classifier"] }, new Generator(2));
        GoldenCheck.Same(first, model.call(Input()), "output with the second added");
        adapted.Activate("second");
        GoldenCheck.Same(bare, model.call(Input()), "output of the fresh second");
        Perturb(adapted, new Generator(3));
        var second = model.call(Input());
        adapted.Activate(AdaptedModel.DefaultName);
        GoldenCheck.Same(first, model.call(Input()), "output of the first");
        adapted.Activate("second");
        GoldenCheck.Same(second, model.call(Input()), "output of the second");
        adapted.Activate(null);
        GoldenCheck.Same(bare, model.call(Input()), "output of the bare model");
        Assert.Equal(["default", "second"], adapted.Names.Order());
        Assert.Contains("third", Assert.Throws<ArgumentException>(() => adapted.Activate("third")).Message);
        Assert.Throws<InvalidOperationException>(() => adapted.Add("second", Config("lora"), new Generator(0)));
    }

    [Fact]
    public void A_combination_is_the_weighted_sum_of_the_changes()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallModel();
        var adapted = Attach(model, "spectral-a");
        Perturb(adapted, new Generator(1));
        var first = Changes(adapted);
        adapted.Add("second", Config("lora"), new Generator(2));
        adapted.Activate("second");
        Perturb(adapted, new Generator(3));
        var second = Changes(adapted);
        adapted.Combine("sum", (AdaptedModel.DefaultName, 0.25), ("second", -2));
        adapted.Activate("sum");
        foreach (var (layer, change) in Changes(adapted))
        {
            GoldenCheck.Close(first[layer].mul(0.25).sub(second[layer].mul(2)), change, (1e-6, 0), layer);
        }

        using var folder = new TemporaryFolder();
        adapted.Save(folder.Root);
        using var fresh = new SmallModel();
        AdaptedModel.Load(fresh, folder.Root);
        GoldenCheck.Same(model.call(Input()), fresh.call(Input()), "output of the saved combination");
        adapted.Add("rotation", Config("oft"), new Generator(0));
        var error = Assert.Throws<ArgumentException>(() => adapted.Combine("none", ("rotation", 1)));
        Assert.Contains("'rotation'", error.Message);
    }

    [Fact]
    public void Handles_stay_flat_over_training_steps()
    {
        foreach (var method in AdapterRegistry.Methods.Where(method => !method.Default.TrainsBase).Select(method => method.Name))
        {
            using var scope = NewDisposeScope();
            using var model = new SmallModel();
            var adapted = Attach(model, method);
            var optimizer = new ReferenceAdamW(adapted.TrainableParameters(), 1e-3, 0.01);
            Step(model, adapted, optimizer);
            var before = LiveTensors.Count();
            for (var step = 0; step < 20; step++)
            {
                Step(model, adapted, optimizer);
            }

            Assert.True(before == Tensor.TotalCount, $"{method}: {before} tensors, then {Tensor.TotalCount}");
        }
    }

    internal static AdapterConfig Config(string method) => MethodCases.Of(method, 3)[0] with { TargetModules = Projections };

    internal static Tensor Input() => randn([4, 5, 16], generator: new Generator(7)); // [B, T, D]

    internal static void Perturb(AdaptedModel adapted, Generator random)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var parameter in adapted.TrainableParameters())
        {
            parameter.add_(randn(parameter.shape, dtype: parameter.dtype, generator: random).mul(0.1));
        }
    }

    internal static AdaptedModel Attach(nn.Module model, string method, IReadOnlyList<string>? modulesToSave = null) =>
        AdaptedModel.Attach(model, Config(method) with { ModulesToSave = modulesToSave ?? [] }, new Generator(3));

    private static Dictionary<string, Tensor> Changes(AdaptedModel adapted) => adapted.Layers.ToDictionary(
        pair => pair.Key, pair => pair.Value.Adapter!.MergedWeight(pair.Value.Weight).sub(pair.Value.Weight));

    private static void Step(SmallModel model, AdaptedModel adapted, ReferenceAdamW optimizer)
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in adapted.TrainableParameters())
        {
            parameter.grad = null;
        }

        model.call(Input()).square().mean().backward();
        optimizer.Step();
    }
}
