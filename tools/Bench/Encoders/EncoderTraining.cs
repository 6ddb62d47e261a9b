using ModelZoo.Encoders;
using SpectralAdapters;
using Training.Data;
using Training.Optimization;
using static TorchSharp.torch;

namespace Bench.Encoders;

/// <summary>Training steps of one method on random weights and random rows, as experiments/DebertaGlue takes them.</summary>
internal sealed class EncoderTraining : IDisposable
{
    private const int WeightSeed = 0;
    private const int RowSeed = 1;
    private const double MaxGradientNorm = 1;

    // Below it are the ids of the special tokens.
    private const int FirstPiece = 3;

    private readonly Random _random = new(RowSeed);
    private readonly EncoderConfig _config;
    private readonly ISequenceClassifier _model;
    private readonly nn.Module _module;
    private readonly AdaLoraTraining? _adaLora;
    private readonly FlatParameters _parameters;
    private readonly FlatParameterGroup[] _groups;
    private readonly FlatAdamW _optimizer;

    public EncoderTraining(EncoderSubject subject, AdapterConfig method)
    {
        using var generator = new Generator(WeightSeed);
        _config = subject.Config;
        _model = subject.Create(generator);
        _module = (nn.Module)_model;
        var adapted = AdaptedModel.Attach(_module, method, generator);
        _adaLora = AdaLoraTraining.Of(adapted);
        _parameters = new FlatParameters(adapted.NamedTrainableParameters());
        _groups = [new FlatParameterGroup(_parameters, LearningRate: 1e-4, WeightDecay: 0.01)];
        _optimizer = new FlatAdamW(_groups);
    }

    /// <summary>The number of trainable parameters, including the classifier's.</summary>
    public long TrainableCount => _parameters.Count;

    /// <summary>A step on random rows of these lengths, padded to the longest; the loss.</summary>
    public double Step(IReadOnlyList<int> lengths)
    {
        using var scope = NewDisposeScope();
        var batch = PaddedBatch.Collate([.. lengths.Select(Row)], _config.PadTokenId);
        var (ids, mask) = batch.ToTensors(); // [B, T] each
        var labels = tensor(lengths.Select(_ => _random.NextInt64(_config.NumLabels)).ToArray()); // [B]
        var logits = _model.Logits(ids, null, batch.TokenCount == batch.BatchSize * batch.SequenceLength ? null : mask); // [B, labels]
        var loss = _model.Loss(logits, labels); // []
        loss = _adaLora?.Penalty() is { } penalty ? loss + penalty : loss;
        loss.backward();
        _parameters.CollectGradients();
        GradientClipping.Clip(_groups, GradientClipping.Norm(_groups), MaxGradientNorm);
        _optimizer.Step(1);
        return loss.item<float>();
    }

    public void Dispose()
    {
        _adaLora?.Dispose();
        _optimizer.Dispose();
        _parameters.Dispose();
        _module.Dispose();
    }

    private int[] Row(int length) => [.. Enumerable.Range(0, length).Select(_ => _random.Next(FirstPiece, _config.VocabSize))];
}
