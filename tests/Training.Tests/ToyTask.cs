using TorchSharp;
using Training.Data;
using static TorchSharp.torch;

namespace Training.Tests;

/// <summary>A regression of seeded random data by a small network with dropout.</summary>
internal sealed class ToyTask : IEvaluatedTask
{
    private const int Count = 37;

    private readonly Mlp _model;
    private readonly Tensor _inputs;
    private readonly Tensor _targets;

    public ToyTask(double dropout = 0.2, ScalarType type = ScalarType.Float32)
    {
        manual_seed(11);
        _model = new Mlp(dropoutProbability: dropout);
        _model.to(type);
        using var scope = NewDisposeScope();
        _inputs = randn(Count, 8).to_type(type).DetachFromDisposeScope();
        _targets = randn(Count, 4).to_type(type).DetachFromDisposeScope();
    }

    public nn.Module Model => _model;

    public IReadOnlyList<ParameterGroup> ParameterGroups => Group(_model);

    /// <summary>Puts the model's parameters into groups.</summary>
    public Func<Mlp, IReadOnlyList<ParameterGroup>> Group { get; init; } = model => [new(model.named_parameters())];

    public IBatchSampler Sampler { get; init; } = new RandomBatchSampler(Count, 8, 5);

    public IReadOnlyDictionary<string, string> Fingerprint { get; init; } = new Dictionary<string, string>();

    /// <summary>Called with the number of each training batch, counted from 1, and its loss.</summary>
    public Func<int, Tensor, Tensor> ChangeLoss { get; init; } = (_, loss) => loss;

    /// <summary>Called after each step, with its number counted from 0.</summary>
    public Action<ToyTask, int> AfterStep { get; init; } = (_, _) => { };

    public int LossCalls { get; private set; }

    /// <summary>Losses to report instead of the true ones, in turn.</summary>
    public Queue<double> EvaluationLosses { get; } = [];

    public bool WasTrainingInEvaluation { get; private set; }

    public BatchLoss Loss(int[] examples)
    {
        var selected = tensor(examples.Select(example => (long)example).ToArray());
        return new BatchLoss(
            ChangeLoss(++LossCalls, Error(_inputs.index_select(0, selected), _targets.index_select(0, selected))), examples.Length);
    }

    public void OnStepCompleted(int step) => AfterStep(this, step);

    public EvaluationResult Evaluate()
    {
        WasTrainingInEvaluation |= _model.training;
        var loss = Error(_inputs, _targets).ToSingle();
        return new EvaluationResult(
            EvaluationLosses.TryDequeue(out var given) ? given : loss, new Dictionary<string, double> { ["mse"] = loss });
    }

    private Tensor Error(Tensor input, Tensor target) => nn.functional.mse_loss(_model.forward(input), target); // []

    public Dictionary<string, double[]> Values() => _model.Parameters().ToDictionary(
        pair => pair.Key, pair => pair.Value.detach().to_type(ScalarType.Float64).data<double>().ToArray());
}
