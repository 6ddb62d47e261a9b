using System.Text.Json;
using SpectralAdapters.Files;
using SpectralExperiments.Tests;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Golden;

public sealed class AdaLoraTrainingGoldenTests
{
    private static readonly JsonElement Document =
        JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("adapters", "adalora_allocator.json"))).RootElement;

    [Theory]
    [InlineData(ScalarType.Float32, 1e-5)]
    [InlineData(ScalarType.Float64, 1e-11)]
    public void Training_with_allocation_equals_peft(ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        var wide = type == ScalarType.Float64 ? ".f64" : "";
        var inputs = Read("adalora_allocator", type);
        var expected = Read($"adalora_allocator{wide}", type);
        var settings = Document.GetProperty("config");
        using var model = new TanhNetwork(Layers(type));
        var adapted = Attach(model, Config(settings), inputs);
        using var training = AdaLoraTraining.Of(adapted)!;
        var optimizer = new ReferenceAdamW(
            [.. adapted.TrainableParameters()], settings.GetProperty("lr").GetDouble(), settings.GetProperty("weight_decay").GetDouble());
        foreach (var entry in Document.GetProperty("run").GetProperty(wide == "" ? "float32" : "float64").EnumerateArray())
        {
            var step = entry.GetProperty("step").GetInt32();
            using var stepScope = NewDisposeScope();
            var task = model.forward(inputs["start/x"]).sub(inputs["start/target"]).square().mean(); // []
            var penalty = training.Penalty()!; // []
            var (loss, taskLoss) = (entry.GetProperty("loss").GetDouble(), entry.GetProperty("task_loss").GetDouble());
            Near(taskLoss, task, tolerance, $"task loss of step {step}");
            Near(loss - taskLoss, penalty, tolerance, $"penalty of step {step}");
            task.add(penalty).backward();
            optimizer.Step();
            training.OnStepCompleted(step);
            CheckMasks(entry, training.State);
            foreach (var (name, parameter) in adapted.NamedTrainableParameters())
            {
                if (name.EndsWith(".lora_E", StringComparison.Ordinal))
                {
                    var layer = name[..^".lora_E".Length];
                    GoldenCheck.Close(expected[$"step{step:00}/E.{layer}"], parameter.view(-1), (tolerance, 0),
                        $"E of {layer} after step {step}");
                }

                parameter.grad = null;
            }
        }

        Assert.Equal(settings.GetProperty("target_r").GetDouble(), training.MeanRank);
        GoldenCheck.Close(expected["end/out"], model.forward(inputs["start/x"]), (tolerance, tolerance), "output at the end");
        adapted.Detach();
    }

    [Fact]
    public void Training_resumes_from_its_state()
    {
        using var scope = NewDisposeScope();
        const int Interrupted = 9;
        const int End = 16;
        var whole = State(Interrupted, End, resume: null);
        Assert.Equal(whole, State(Interrupted, End, resume: true));
        Assert.NotEqual(whole, State(Interrupted, End, resume: false));
    }

    [Fact]
    public void Penalty_is_gamma_times_the_mean_over_all_matrices()
    {
        using var scope = NewDisposeScope();
        using var model = new TanhNetwork(Layers(ScalarType.Float64));
        var inputs = Read("adalora_allocator", ScalarType.Float64);
        var adapted = Attach(model, Config(Document.GetProperty("config")) with { Allocation = null }, inputs);
        using var training = AdaLoraTraining.Of(adapted)!;
        var distances = adapted.NamedTrainableParameters().Where(pair => !pair.Name.EndsWith("lora_E", StringComparison.Ordinal))
            .Select(pair =>
        {
            var rows = pair.Name.EndsWith("lora_A", StringComparison.Ordinal) ? pair.Parameter : pair.Parameter.t(); // [r, n] or [r, m]
            return rows.mm(rows.t()).sub(eye(rows.shape[0], dtype: ScalarType.Float64)).norm().item<double>();
        }).ToList();

        Assert.Equal(6, distances.Count);
        Assert.Equal(0.3 * distances.Average(), training.Penalty()!.item<double>(), 12);
        Assert.Empty(training.State);
        Assert.Null(training.MeanRank);
        training.OnStepCompleted(0);
        adapted.Detach();
    }

    [Fact]
    public void Nothing_is_added_for_gamma_0_or_another_method()
    {
        using var scope = NewDisposeScope();
        using var model = new TanhNetwork(Layers(ScalarType.Float32));
        using var generator = new Generator(0);
        var adapted = AdaptedModel.Attach(model, new AdaLoraConfig { TargetModules = TanhNetwork.All, OrthogonalRegularization = 0 },
            generator);
        using (var training = AdaLoraTraining.Of(adapted))
        {
            Assert.Null(training!.Penalty());
        }

        adapted.Detach();
        adapted = AdaptedModel.Attach(model, new LoraConfig { TargetModules = TanhNetwork.All }, generator);
        Assert.Null(AdaLoraTraining.Of(adapted));
        adapted.Detach();
    }

    [Fact]
    public void Budgets_follow_pefts_schedule()
    {
        foreach (var table in Document.GetProperty("budget_tables").EnumerateArray())
        {
            var (initial, target, layers) = (Number(table, "init_r"), Number(table, "target_r"), Number(table, "matrices"));
            var schedule = Schedule(table) with { TargetRank = target };
            foreach (var row in table.GetProperty("schedule").EnumerateArray())
            {
                var (budget, rank) = schedule.At(row[0].GetInt64(), layers * initial, layers);
                Assert.Equal((row[1].GetInt64(), row[2].GetInt64() == 1), (budget, rank));
            }
        }
    }

    private static void CheckMasks(JsonElement entry, IReadOnlyDictionary<string, Tensor> state)
    {
        if (!entry.TryGetProperty("rank_pattern", out var pattern))
        {
            return;
        }

        foreach (var layer in pattern.EnumerateObject())
        {
            var dropped = state[$"dropped.{layer.Name}"].view(-1).data<bool>(); // [r]
            Assert.Equal(layer.Value.EnumerateArray().Select(kept => kept.GetBoolean()), dropped.Select(value => !value));
        }
    }

    // The allocator's state at the end, as numbers. At the interruption the training side stays (null), is created again from its
    // saved state (true), or is created again without it (false).
    private static double[] State(int interrupted, int end, bool? resume)
    {
        var inputs = Read("adalora_allocator", ScalarType.Float64);
        using var model = new TanhNetwork(Layers(ScalarType.Float64));
        var adapted = Attach(model, Config(Document.GetProperty("config")), inputs);
        var training = AdaLoraTraining.Of(adapted)!;
        for (var step = 0; step < end; step++)
        {
            if (step == interrupted && resume is not null)
            {
                var saved = training.State.ToDictionary(pair => pair.Key, pair => pair.Value.clone());
                training.Dispose();
                training = AdaLoraTraining.Of(adapted)!;
                foreach (var (name, tensor) in training.State.Where(_ => resume.Value))
                {
                    tensor.copy_(saved[name]);
                }
            }

            model.forward(inputs["start/x"]).sub(inputs["start/target"]).square().mean().backward();
            training.OnStepCompleted(step);
            foreach (var parameter in adapted.TrainableParameters())
            {
                parameter.grad = null;
            }
        }

        var numbers = training.State.Values.SelectMany(tensor => tensor.to_type(ScalarType.Float64).data<double>().ToArray()).ToArray();
        training.Dispose();
        adapted.Detach();
        return numbers;
    }

    private static AdaptedModel Attach(TanhNetwork model, AdaLoraConfig config, Dictionary<string, Tensor> inputs)
    {
        using var generator = new Generator(0);
        var adapted = AdaptedModel.Attach(model, config, generator);
        using var noGrad = no_grad();
        foreach (var (name, parameter) in adapted.NamedTrainableParameters())
        {
            parameter.copy_(inputs[$"start/{name}"]);
        }

        return adapted;
    }

    private static IEnumerable<(string Name, AdaptableLinear Layer)> Layers(ScalarType type)
    {
        var bases = Read("base", type);
        foreach (var layer in Document.GetProperty("layers").EnumerateArray())
        {
            var key = layer.GetProperty("base").GetString()!;
            var bias = bases.GetValueOrDefault($"{key}/bias"); // [m]
            var linear = new AdaptableLinear(
                new Parameter(bases[$"{key}/W"].clone()), bias is null ? null : new Parameter(bias.clone())); // [m, n]
            yield return (layer.GetProperty("name").GetString()!, linear);
        }
    }

    private static void Near(double expected, Tensor found, double tolerance, string what)
    {
        var value = found.to_type(ScalarType.Float64).item<double>();
        Assert.True(Math.Abs(value - expected) <= tolerance * Math.Max(1, Math.Abs(expected)), $"{what}: {value:R} against {expected:R}");
    }

    private static AdaLoraConfig Config(JsonElement settings) => new()
    {
        TargetModules = TanhNetwork.All,
        Rank = Number(settings, "init_r"),
        Alpha = settings.GetProperty("lora_alpha").GetDouble(),
        OrthogonalRegularization = settings.GetProperty("gamma").GetDouble(),
        Allocation = Schedule(settings) with { TargetRank = Number(settings, "target_r") },
    };

    private static RankAllocation Schedule(JsonElement settings) => new()
    {
        TotalSteps = Number(settings, "total"),
        InitialSteps = Number(settings, "tinit"),
        FinalSteps = Number(settings, "tfinal"),
        Interval = Number(settings, "deltaT"),
    };

    private static long Number(JsonElement settings, string name) => settings.GetProperty(name).GetInt64();

    private static Dictionary<string, Tensor> Read(string file, ScalarType type) =>
        SafetensorsFile.ReadAll(RepositoryPaths.Fixture("adapters", $"{file}.safetensors"))
            .ToDictionary(pair => pair.Key, pair => pair.Value.to_type(type));

    /// <summary>h = f0(x); h = f1(tanh(h)); out = f2(tanh(h)).</summary>
    private sealed class TanhNetwork : nn.Module<Tensor, Tensor>
    {
        private readonly List<AdaptableLinear> _layers = [];

        public TanhNetwork(IEnumerable<(string Name, AdaptableLinear Layer)> layers)
            : base(nameof(TanhNetwork))
        {
            foreach (var (name, layer) in layers)
            {
                register_module(name, layer);
                _layers.Add(layer);
            }
        }

        public static TargetModules All { get; } = TargetModules.Matching("f\\d");

        public override Tensor forward(Tensor input) =>
            _layers.Skip(1).Aggregate(_layers[0].call(input), (hidden, layer) => layer.call(hidden.tanh()));
    }
}
