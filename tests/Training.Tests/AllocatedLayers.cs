using System.Text.Json;
using SpectralAdapters;
using SpectralAdapters.Attachment;
using SpectralAdapters.Factors;
using TorchSharp.Modules;
using Training.Data;
using Training.Optimization;
using static TorchSharp.torch;

namespace Training.Tests;

/// <summary>The three layers of tests/fixtures/adapters/adalora_allocator.json, trained with AdaLoRA and its allocator.</summary>
internal sealed class AllocatedLayers : IEvaluatedTask, IDisposable
{
    private readonly JsonElement _settings;
    private readonly Dictionary<string, Tensor> _tensors;
    private readonly List<(string Name, Tensor Weight, Tensor? Bias, AdaLoraAdapter Adapter)> _layers = [];
    private readonly ModuleList<AdaLoraAdapter> _model;

    public AllocatedLayers(ScalarType type)
    {
        var document = Fixtures.Json("adapters", "adalora_allocator.json");
        _settings = document.GetProperty("config");
        _tensors = Read("adalora_allocator.safetensors", type);
        var bases = Read("base.safetensors", type);
        var config = new AdaLoraConfig { Rank = Number("init_r"), Alpha = Number("lora_alpha") };
        foreach (var layer in document.GetProperty("layers").EnumerateArray())
        {
            var (name, key) = (layer.GetProperty("name").GetString()!, layer.GetProperty("base").GetString()!);
            var adapter = new AdaLoraAdapter(config, new AdapterSite(name, bases[$"{key}/W"], new Generator(0), new ExactFactorSource()));
            _layers.Add((name, bases[$"{key}/W"], bases.GetValueOrDefault($"{key}/bias"), adapter));
        }

        using (no_grad())
        {
            foreach (var (name, parameter) in TrainableParameters)
            {
                parameter.copy_(_tensors[$"start/{name}"]);
            }
        }

        _model = new ModuleList<AdaLoraAdapter>([.. _layers.Select(layer => layer.Adapter)]);
        var schedule = new RankAllocation
        {
            TargetRank = Number("target_r"),
            TotalSteps = Number("total"),
            InitialSteps = Number("tinit"),
            FinalSteps = Number("tfinal"),
            Interval = Number("deltaT"),
        };
        Allocator = new RankAllocator(schedule, _layers.ToDictionary(layer => layer.Name, layer => layer.Adapter));
    }

    /// <summary>The settings of the run that the fixture holds.</summary>
    public TrainingConfig Config => new()
    {
        LearningRate = _settings.GetProperty("lr").GetDouble(),
        WeightDecay = _settings.GetProperty("weight_decay").GetDouble(),
        MaxGradientNorm = null,
        Schedule = ScheduleType.Constant,
        MaxSteps = (int)Number("total"),
    };

    public RankAllocator Allocator { get; }

    /// <summary>Called after the allocator, with the step.</summary>
    public Action<AllocatedLayers, int> Check { get; init; } = (_, _) => { };

    public nn.Module Model => _model;

    public IReadOnlyList<ParameterGroup> ParameterGroups => [new(TrainableParameters)];

    private IEnumerable<(string Name, Parameter Parameter)> TrainableParameters =>
        _layers.SelectMany(layer => layer.Adapter.named_parameters().Select(entry => ($"{layer.Name}.{entry.name}", entry.parameter)));

    public IBatchSampler Sampler { get; } = new RandomBatchSampler(count: 1, batchSize: 1, seed: 0);

    public IReadOnlyDictionary<string, Tensor> State => Allocator.State;

    public Tensor E(string layer) =>
        TrainableParameters.Single(entry => entry.Name == $"{layer}.lora_E").Parameter.detach().view(-1); // [r]

    public BatchLoss Loss(int[] examples)
    {
        var penalty = _layers.Select(layer => layer.Adapter.OrthogonalPenalty()).Aggregate((sum, next) => sum.add(next)); // []
        return new BatchLoss(Error().add(penalty.mul(_settings.GetProperty("gamma").GetDouble() / (2 * _layers.Count))), examples.Length);
    }

    public void OnStepCompleted(int step)
    {
        Allocator.Update(step);
        Check(this, step);
    }

    /// <summary>Losses to report instead of the true ones, in turn.</summary>
    public Queue<double> EvaluationLosses { get; init; } = [];

    public EvaluationResult Evaluate() => new(
        EvaluationLosses.TryDequeue(out var given) ? given : Error().to_type(ScalarType.Float64).item<double>(),
        new Dictionary<string, double>());

    public Dictionary<string, double[]> Values() => TrainableParameters.Select(entry => (entry.Name, Tensor: (Tensor)entry.Parameter))
        .Concat(State.Select(entry => (Name: entry.Key, Tensor: entry.Value)))
        .ToDictionary(entry => entry.Name, entry => entry.Tensor.detach().to_type(ScalarType.Float64).data<double>().ToArray());

    public void Dispose() => Allocator.Dispose();

    private Tensor Error()
    {
        var hidden = _tensors["start/x"];
        foreach (var (name, weight, bias, adapter) in _layers)
        {
            hidden = adapter.forward(name == _layers[0].Name ? hidden : hidden.tanh(), weight, bias);
        }

        return hidden.sub(_tensors["start/target"]).square().mean(); // []
    }

    private long Number(string name) => (long)_settings.GetProperty(name).GetDouble();

    private static Dictionary<string, Tensor> Read(string file, ScalarType type) =>
        Fixtures.Tensors("adapters", file).ToDictionary(pair => pair.Key, pair => pair.Value.to_type(type));
}
