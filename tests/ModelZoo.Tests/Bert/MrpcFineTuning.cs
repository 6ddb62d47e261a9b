using ModelZoo.Bert;
using SpectralAdapters;
using TorchSharp;
using TorchSharp.Modules;
using Training;
using Training.Data;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Bert;

/// <summary>The training runs of make_minilm_traces.py, which records the first logits and the loss without AdaLoRA's penalty.</summary>
internal sealed class MrpcFineTuning : ITrainingTask, IDisposable
{
    private readonly BertForSequenceClassification _model;
    private readonly MrpcBatches _batches;
    private readonly AdaptedModel _adapted;
    private readonly AdaLoraTraining? _adaLora;

    public MrpcFineTuning(BertForSequenceClassification model, AdapterConfig config, MrpcBatches batches)
    {
        (_model, _batches) = (model, batches);
        using var generator = new Generator(0);
        using (torch.no_grad())
        {
            _model.get_parameter("classifier.weight")!.copy_(Wave([2, 384], 0.618, 0.3, 0.02));
            _model.get_parameter("classifier.bias")!.zero_();
        }

        _adapted = AdaptedModel.Attach(model, config, generator, new SpectralAdapters.Factors.ExactFactorSource());
        _adaLora = AdaLoraTraining.Of(_adapted);
        Start();
    }

    public List<double> Losses { get; } = [];

    public List<double> Penalties { get; } = [];

    public double[]? FirstLogits { get; private set; }

    public double? MeanRank => _adaLora?.MeanRank;

    public long TrainableCount => _adapted.CountParameters().Trainable;

    public nn.Module Model => _model;

    public IReadOnlyList<ParameterGroup> ParameterGroups => [new(_adapted.NamedTrainableParameters()) { WeightDecay = 0.01 }];

    public IBatchSampler Sampler => _batches;

    public BatchLoss Loss(int[] examples)
    {
        // The traces were made without dropout.
        _model.eval();
        var (ids, types, mask, labels) = _batches.Batch(examples);
        var logits = _model.forward(ids, types, mask); // [B, 2]
        FirstLogits ??= TensorAssert.Values(logits);
        var loss = _model.Loss(logits, labels); // []
        Losses.Add(TensorAssert.Values(loss)[0]);
        if (_adaLora?.Penalty() is { } penalty)
        {
            Penalties.Add(TensorAssert.Values(penalty)[0]);
            loss = loss.add(penalty); // []
        }

        return new BatchLoss(loss, examples.Length);
    }

    // The script counts the steps from 1.
    public void OnStepCompleted(int step) => _adaLora?.OnStepCompleted(step + 1);

    public void Dispose() => _adaLora?.Dispose();

    private void Start()
    {
        using var noGrad = torch.no_grad();
        foreach (var (name, parameter) in _adapted.NamedTrainableParameters())
        {
            if (Wave(name, parameter) is { } start)
            {
                parameter.copy_(start);
            }
        }
    }

    // tests/fixtures/minilm/README.md: what starts otherwise is zero, or follows from the weight.
    private Tensor? Wave(string name, Parameter parameter)
    {
        var isAdaLora = _adaLora is not null;
        return name[(name.LastIndexOf('.') + 1)..] switch
        {
            "lora_A" => Wave(parameter.shape, 0.618, Phase(name), isAdaLora ? 0.02 : 1 / Math.Sqrt(parameter.shape[1])),
            "lora_B" when isAdaLora => Wave(parameter.shape, 0.414, Phase(name) + 0.5, 0.02),
            "lora_E" => Wave(parameter.shape, 0.732, Phase(name) + 0.25, 0.02),
            _ => null,
        };
    }

    private static int Phase(string name)
    {
        var parts = name.Split('.');
        return (3 * int.Parse(parts[Array.IndexOf(parts, "layer") + 1]))
            + new[] { "query", "key", "value" }.ToList().FindIndex(module => parts.Contains(module));
    }

    // scale sin(factor j k + phase), indices from 1, rounded once.
    private static Tensor Wave(long[] shape, double factor, double phase, double scale)
    {
        var rows = torch.arange(1, shape[0] + 1, dtype: ScalarType.Float64).unsqueeze(1);       // [rows, 1]
        var columns = torch.arange(1, shape[1] + 1, dtype: ScalarType.Float64).unsqueeze(0);    // [1, columns]
        return rows.mul(factor).mul(columns).add(phase).sin().mul(scale).to_type(ScalarType.Float32); // [rows, columns]
    }
}
