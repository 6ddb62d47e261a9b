using SpectralAdapters.Tests.Golden;
using SpectralAdapters.Tests.Lifecycle;
using SpectralExperiments.Tests;
using TorchSharp;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Properties;

/// <summary>What holds for an attached adapter of any method and any settings, from attaching to detaching.</summary>
public sealed class RandomConfigTests(ITestOutputHelper output)
{
    private const int Seed = 16;

    public static TheoryData<string> Methods =>
        [.. AdapterRegistry.Methods.Where(method => !method.Default.TrainsBase).Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Random_settings_hold_from_attaching_to_detaching(string method) => Check(method, accepted: 5);

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Methods))]
    public void Many_random_settings_hold_from_attaching_to_detaching(string method) => Check(method, accepted: 100);

    private void Check(string method, int accepted)
    {
        var standard = RandomConfig.Off(method);
        var seen = new Dictionary<string, HashSet<bool>>();
        var (taken, refused, previous) = (0, 0, (AdapterConfig?)null);
        for (var k = 0; taken < accepted || !Complete(standard, seen); k++)
        {
            Assert.True(k < accepted * 100, $"{method}: only {taken} of {k} settings are valid, or an option is never seen on and off: "
                + string.Join(", ", seen.Where(pair => pair.Value.Count < 2).Select(pair => pair.Key)));
            var config = RandomConfig.Next(standard, new Random(Seed + k));
            var what = $"{method}, seed {Seed + k}: {config}";
            var type = new[] { ScalarType.Float64, ScalarType.Float32, ScalarType.BFloat16 }[k % 3];
            using var scope = NewDisposeScope();
            using var model = Model(type);
            var before = State(model);
            AdaptedModel adapted;
            try
            {
                adapted = AdaptedModel.Attach(model, config, new Generator((ulong)k));
            }
            catch (ArgumentException)
            {
                refused++;
                AssertUntouched(model, before, what);
                continue;
            }

            taken++;
            Note(standard, config, seen);
            Hold(adapted, config, type, before, what);
            TakeTurns(adapted, previous, type, before, what);
            previous = config;
        }

        AssertNothingIsLeft(previous!);
        output.WriteLine($"{method}, seed {Seed}: {taken} settings held, {refused} were refused");
        Assert.True(refused > 0 || method == "svdiff");
    }

    // Merging is the forward, and a saved adapter comes back bit for bit.
    private static void Hold(AdaptedModel adapted, AdapterConfig config, ScalarType type, Dictionary<string, Tensor> before, string what)
    {
        var model = (SmallModel)adapted.Model;
        AdaptedModelTests.Perturb(adapted, new Generator(4));
        model.eval();
        var expected = model.call(Input(type));
        Assert.True(expected.isfinite().all().item<bool>(), what);
        using var folder = new TemporaryFolder();
        adapted.Save(folder.File("first"));
        using (var fresh = Model(type))
        {
            var loaded = AdaptedModel.Load(fresh, folder.File("first"));
            fresh.eval();
            GoldenCheck.Same(expected, fresh.call(Input(type)), $"{what}: loaded");
            loaded.Save(folder.File("second"));
        }

        foreach (var name in new[] { "adapter_config.json", "adapter_model.safetensors" })
        {
            Assert.True(File.ReadAllBytes(Path.Combine(folder.File("first"), name)).AsSpan().SequenceEqual(
                File.ReadAllBytes(Path.Combine(folder.File("second"), name))), $"{what}: {name}");
        }

        adapted.Merge();
        GoldenCheck.Close(expected, model.call(Input(type)), Tolerance(type), $"{what}: merged");
        adapted.Merge(0);
        adapted.Unmerge();
        GoldenCheck.Same(expected, model.call(Input(type)), $"{what}: unmerged");
        foreach (var (name, value) in State(model).Where(pair => !config.ModulesToSave.Any(
            module => pair.Key.StartsWith($"{module}.", StringComparison.Ordinal))))
        {
            GoldenCheck.Same(before[name], value, $"{what}: {name}");
        }
    }

    // Two adapters give the same outputs whichever was attached first, and none is left once they are detached.
    private static void TakeTurns(
        AdaptedModel adapted, AdapterConfig? other, ScalarType type, Dictionary<string, Tensor> before, string what)
    {
        var model = (SmallModel)adapted.Model;
        var first = model.call(Input(type));
        if (other is not null)
        {
            using var folder = new TemporaryFolder();
            adapted.Save(folder.File("first"));
            adapted.Add("other", other, new Generator(5));
            adapted.Activate("other");
            AdaptedModelTests.Perturb(adapted, new Generator(6));
            model.eval();
            var second = model.call(Input(type));
            adapted.Save(folder.File("second"));
            adapted.Activate(AdaptedModel.DefaultName);
            GoldenCheck.Same(first, model.call(Input(type)), $"{what}: first again");

            using var fresh = Model(type);
            var reversed = AdaptedModel.Load(fresh, folder.File("second"));
            reversed.Add("other", folder.File("first"));
            fresh.eval();
            GoldenCheck.Same(second, fresh.call(Input(type)), $"{what}: second, attached first");
            reversed.Activate("other");
            GoldenCheck.Same(first, fresh.call(Input(type)), $"{what}: first, attached second");
        }

        adapted.Detach();
        foreach (var (name, value) in State(model))
        {
            GoldenCheck.Same(before[name], value, $"{what}: {name} after detaching");
        }

        using var bare = Model(type);
        bare.eval();
        GoldenCheck.Same(bare.call(Input(type)), model.call(Input(type)), $"{what}: detached");
    }

    // TorchSharp counts a tensor too many for every Parameter that is made, for good: that many, and no more, are left.
    private static void AssertNothingIsLeft(AdapterConfig config)
    {
        using var model = Model(ScalarType.Float32);
        Cycle();
        var before = LiveTensors.Count();
        var made = Cycle() + Cycle() + Cycle();
        Assert.True(before + made == LiveTensors.Count(),
            $"{config}: {before} tensors, then {Tensor.TotalCount} with {made} parameters made");

        int Cycle()
        {
            using var scope = NewDisposeScope();
            var adapted = AdaptedModel.Attach(model, config, new Generator(1));
            var parameters = adapted.Layers.Values.Sum(layer => layer.Adapter!.parameters().Count());
            model.call(Input(ScalarType.Float32)).sum().backward();
            var unmerged = model.parameters().Count();
            adapted.Merge();
            // A bias that is merged into a layer without one is a parameter as long.
            parameters += model.parameters().Count() - unmerged;
            adapted.Unmerge();
            adapted.Detach();
            return parameters;
        }
    }

    private static void AssertUntouched(SmallModel model, Dictionary<string, Tensor> before, string what)
    {
        using var plain = new SmallModel();
        Assert.Equal(plain.named_modules().Select(pair => (pair.name, pair.module.GetType())),
            model.named_modules().Select(pair => (pair.name, pair.module.GetType())));
        Assert.All(model.parameters(), parameter => Assert.True(parameter.requires_grad, what));
        Assert.All(State(model), pair => GoldenCheck.Same(before[pair.Key], pair.Value, $"{what}: {pair.Key}"));
    }

    private static void Note(AdapterConfig standard, AdapterConfig config, Dictionary<string, HashSet<bool>> seen)
    {
        foreach (var option in RandomConfig.Options(standard.GetType()))
        {
            if (!seen.TryGetValue(option.Name, out var values))
            {
                seen.Add(option.Name, values = []);
            }

            var (off, value) = (option.GetValue(standard), option.GetValue(config));
            values.Add(value is System.Collections.ICollection { Count: 0 } || Equals(off, value)); // an empty list or dictionary is off
        }
    }

    // Target modules are never off: there is no adapter without. Layers by index need layers with numbers, which EveryOption has.
    private static bool Complete(AdapterConfig standard, Dictionary<string, HashSet<bool>> seen) =>
        RandomConfig.Options(standard.GetType()).All(option =>
            option.Name is nameof(AdapterConfig.TargetModules) or nameof(AdapterConfig.LayersToTransform)
            || (seen.TryGetValue(option.Name, out var values) && values.Count == 2));

    private static SmallModel Model(ScalarType type)
    {
        var model = new SmallModel();
        model.to(type);
        return model;
    }

    // Rows: over three dimensions libtorch rounds a plain Linear once more than the layer that takes its place.
    private static Tensor Input(ScalarType type) => AdaptedModelTests.Input().flatten(0, 1).to_type(type); // [B T, D]

    private static Dictionary<string, Tensor> State(SmallModel model) =>
        model.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.clone());

    private static (double Absolute, double Relative) Tolerance(ScalarType type) => type switch
    {
        ScalarType.Float64 => (1e-9, 1e-9),
        ScalarType.Float32 => (1e-4, 1e-4),
        _ => (0.5, 0.1),
    };
}
