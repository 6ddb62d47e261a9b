using TorchSharp;
using TorchSharp.Modules;
using Training.Data;
using static TorchSharp.torch;

namespace Training.Tests;

/// <summary>
/// Predicts tokens of seeded random sequences of different lengths, in float64. The loss is the mean over the target tokens plus a
/// penalty on the parameters.
/// </summary>
internal sealed class TokenTask : ITrainingTask
{
    public const int Count = 22;

    private const int Vocabulary = 7;
    private const double PenaltyWeight = 0.3;

    private readonly Sequential _model;
    private readonly long[][] _sequences;

    public TokenTask(int batchSize)
    {
        manual_seed(3);
        _model = nn.Sequential(("embedding", nn.Embedding(Vocabulary, 6)), ("head", nn.Linear(6, Vocabulary)));
        _model.to(ScalarType.Float64);
        var random = new Random(4);
        _sequences = [.. Enumerable.Range(0, Count).Select(
            _ => Enumerable.Range(0, random.Next(2, 12)).Select(_ => random.NextInt64(Vocabulary)).ToArray())];
        Sampler = new RandomBatchSampler(Count, batchSize, seed: 5);
    }

    public nn.Module Model => _model;

    public IReadOnlyList<ParameterGroup> ParameterGroups => [new(_model.named_parameters())];

    public IBatchSampler Sampler { get; }

    /// <summary>The steps that were reported as completed.</summary>
    public List<int> CompletedSteps { get; } = [];

    /// <summary>The weight that a batch reports instead of its number of target tokens.</summary>
    public double? Weight { get; init; }

    public BatchLoss Loss(int[] examples)
    {
        var inputs = examples.SelectMany(example => _sequences[example][..^1]).ToArray();
        var targets = examples.SelectMany(example => _sequences[example][1..]).ToArray();
        var loss = nn.functional.cross_entropy(_model.forward(tensor(inputs)), tensor(targets)); // []
        var penalty = _model.parameters().Select(parameter => parameter.square().sum()).Aggregate((sum, next) => sum.add(next)); // []
        return new BatchLoss(loss.add(penalty.mul(PenaltyWeight)), Weight ?? targets.Length);
    }

    public void OnStepCompleted(int step) => CompletedSteps.Add(step);

    public double[] Values() => [.. _model.parameters().SelectMany(parameter => parameter.detach().data<double>().ToArray())];
}
