using SpectralAdapters;
using SpectralAdapters.Factors;
using TorchSharp;
using TorchSharp.Modules;
using Training;
using Training.Data;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo;

/// <summary>
/// The training runs that a reference recorded step by step, without dropout and from starts that need no file: losses without AdaLoRA's
/// penalty, and the penalty.
/// </summary>
internal sealed class TracedTraining : ITrainingTask, IDisposable
{
    private readonly Func<int[], (Tensor Loss, int Count)> _loss;
    private readonly Func<string, int> _phase;
    private readonly AdaptedModel _adapted;
    private readonly AdaLoraTraining? _adaLora;

    /// <param name="model">The model.</param>
    /// <param name="config">The method.</param>
    /// <param name="batches">The batches.</param>
    /// <param name="loss">The loss of a batch and what it is the mean over.</param>
    /// <param name="phase">The number of a layer that is adapted, by a parameter's name.</param>
    public TracedTraining(
        nn.Module model, AdapterConfig config, IBatchSampler batches, Func<int[], (Tensor Loss, int Count)> loss, Func<string, int> phase)
    {
        (Model, Sampler, _loss, _phase) = (model, batches, loss, phase);
        using var generator = new Generator(0);
        _adapted = AdaptedModel.Attach(model, config, generator, new ExactFactorSource());
        _adaLora = AdaLoraTraining.Of(_adapted);
        Start();
    }

    public List<double> Losses { get; } = [];

    public List<double> Penalties { get; } = [];

    public double? MeanRank => _adaLora?.MeanRank;

    public long TrainableCount => _adapted.CountParameters().Trainable;

    public nn.Module Model { get; }

    public IReadOnlyList<ParameterGroup> ParameterGroups => [new(_adapted.NamedTrainableParameters()) { WeightDecay = 0.01 }];

    public IBatchSampler Sampler { get; }

    /// <summary>Wave(j, k) = scale sin(factor j k + phase), indices from 1, rounded once.</summary>
    public static Tensor Wave(long[] shape, double factor, double phase, double scale)
    {
        var rows = arange(1, shape[0] + 1, dtype: ScalarType.Float64).unsqueeze(1);       // [rows, 1]
        var columns = arange(1, shape[1] + 1, dtype: ScalarType.Float64).unsqueeze(0);    // [1, columns]
        return rows.mul(factor).mul(columns).add(phase).sin().mul(scale).to_type(ScalarType.Float32); // [rows, columns]
    }

    /// <summary>|found - expected| is at most absolute + relative x |expected|, step by step.</summary>
    public static void Close(IReadOnlyList<double> expected, IReadOnlyList<double> found, double absolute, double relative)
    {
        Assert.Equal(expected.Count, found.Count);
        Assert.All(expected.Zip(found), (pair, i) => Assert.True(
            Math.Abs(pair.Second - pair.First) <= absolute + (relative * Math.Abs(pair.First)),
            $"{i}: found {pair.Second:R}, expected {pair.First:R}"));
    }

    public BatchLoss Loss(int[] examples)
    {
        // The references were made without dropout.
        Model.eval();
        var (loss, count) = _loss(examples);
        Losses.Add(TensorAssert.Values(loss)[0]);
        if (_adaLora?.Penalty() is { } penalty)
        {
            Penalties.Add(TensorAssert.Values(penalty)[0]);
            loss = loss.add(penalty); // []
        }

        return new BatchLoss(loss, count);
    }

    // The scripts count the steps from 1.
    public void OnStepCompleted(int step) => _adaLora?.OnStepCompleted(step + 1);

    public void Dispose() => _adaLora?.Dispose();

    private void Start()
    {
        using var noGrad = no_grad();
        foreach (var (name, parameter) in _adapted.NamedTrainableParameters())
        {
            if (Wave(name, parameter) is { } start)
            {
                parameter.copy_(start);
            }
        }
    }

    // What starts otherwise is zero, or follows from the weight.
    private Tensor? Wave(string name, Parameter parameter)
    {
        var isAdaLora = _adaLora is not null;
        return name[(name.LastIndexOf('.') + 1)..] switch
        {
            "lora_A" => Wave(parameter.shape, 0.618, _phase(name), isAdaLora ? 0.02 : 1 / Math.Sqrt(parameter.shape[1])),
            "lora_B" when isAdaLora => Wave(parameter.shape, 0.414, _phase(name) + 0.5, 0.02),
            "lora_E" => Wave(parameter.shape, 0.732, _phase(name) + 0.25, 0.02),
            _ => null,
        };
    }
}
