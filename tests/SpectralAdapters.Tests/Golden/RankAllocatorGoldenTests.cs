using System.Text.Json;
using SpectralAdapters.Attachment;
using SpectralAdapters.Factors;
using SpectralAdapters.Files;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Golden;

public sealed class RankAllocatorGoldenTests
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
        var bases = Read("base", type);
        var settings = Document.GetProperty("config");
        var config = Config(settings);
        var layers = Document.GetProperty("layers").EnumerateArray().Select(layer => new Layer(layer, config, bases, inputs)).ToList();
        var adapters = layers.ToDictionary(layer => layer.Name, layer => layer.Adapter);
        using var allocator = new RankAllocator(config.Allocation!, adapters);
        var optimizer = new ReferenceAdamW(
            [.. layers.SelectMany(layer => layer.Adapter.parameters())],
            settings.GetProperty("lr").GetDouble(),
            settings.GetProperty("weight_decay").GetDouble());
        foreach (var entry in Document.GetProperty("run").GetProperty(wide == "" ? "float32" : "float64").EnumerateArray())
        {
            var step = entry.GetProperty("step").GetInt32();
            using var stepScope = NewDisposeScope();
            var task = Forward(layers, inputs["start/x"]).sub(inputs["start/target"]).square().mean();
            var penalty = layers.Select(layer => layer.Adapter.OrthogonalPenalty()).Aggregate((sum, next) => sum.add(next));
            var loss = task.add(penalty.mul(config.OrthogonalRegularization / (2 * layers.Count)));
            Near(entry.GetProperty("task_loss").GetDouble(), task, tolerance, $"task loss of step {step}");
            Near(entry.GetProperty("loss").GetDouble(), loss, tolerance, $"loss of step {step}");
            loss.backward();
            optimizer.Step();
            allocator.Update(step);
            CheckMasks(entry, allocator);
            foreach (var layer in layers)
            {
                var e = layer.Adapter.E.view(-1);
                GoldenCheck.Close(expected[$"step{step:00}/E.{layer.Name}"], e, (tolerance, 0), $"E of {layer.Name} after step {step}");
                layer.Adapter.zero_grad();
            }
        }

        GoldenCheck.Close(expected["end/out"], Forward(layers, inputs["start/x"]), (tolerance, tolerance), "output at the end");
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

    private static void CheckMasks(JsonElement entry, RankAllocator allocator)
    {
        if (!entry.TryGetProperty("rank_pattern", out var pattern))
        {
            return;
        }

        foreach (var layer in pattern.EnumerateObject())
        {
            Assert.Equal(layer.Value.EnumerateArray().Select(kept => kept.GetBoolean()), allocator.Kept[layer.Name]);
        }
    }

    private static Tensor Forward(List<Layer> layers, Tensor input) =>
        layers.Skip(1).Aggregate(layers[0].Forward(input), (hidden, layer) => layer.Forward(hidden.tanh()));

    private static void Near(double expected, Tensor found, double tolerance, string what)
    {
        var value = found.to_type(ScalarType.Float64).item<double>();
        Assert.True(Math.Abs(value - expected) <= tolerance * Math.Max(1, Math.Abs(expected)), $"{what}: {value:R} against {expected:R}");
    }

    private static AdaLoraConfig Config(JsonElement settings) => new()
    {
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

    private sealed class Layer
    {
        private readonly Tensor _weight;
        private readonly Tensor? _bias;

        public Layer(JsonElement layer, AdaLoraConfig config, Dictionary<string, Tensor> bases, Dictionary<string, Tensor> inputs)
        {
            Name = layer.GetProperty("name").GetString()!;
            var key = layer.GetProperty("base").GetString()!;
            _weight = bases[$"{key}/W"]; // [m, n]
            _bias = bases.GetValueOrDefault($"{key}/bias"); // [m]
            Adapter = new AdaLoraAdapter(config, new AdapterSite(Name, _weight, new Generator(0), new ExactFactorSource()));
            using var noGrad = no_grad();
            foreach (var (name, parameter) in Adapter.named_parameters())
            {
                parameter.copy_(inputs[$"start/{Name}.{name}"]);
            }
        }

        public string Name { get; }

        public AdaLoraAdapter Adapter { get; }

        public Tensor Forward(Tensor input) => Adapter.forward(input, _weight, _bias);
    }
}
