using ModelZoo.Deberta;
using SpectralAdapters;
using Training.Data;
using Training.Optimization;
using static TorchSharp.torch;

namespace Bench.Deberta;

/// <summary>Training steps of one method on random weights and random rows, as experiments/DebertaGlue takes them.</summary>
internal sealed class DebertaTraining : IDisposable
{
    private const int WeightSeed = 0;
    private const int RowSeed = 1;
    private const double MaxGradientNorm = 1;

    // Below it are the ids of the special tokens.
    private const int FirstPiece = 3;

    private readonly Random random = new(RowSeed);
    private readonly DebertaForSequenceClassification model;
    private readonly AdaLoraTraining? adaLora;
    private readonly FlatParameters parameters;
    private readonly FlatParameterGroup[] groups;
    private readonly FlatAdamW optimizer;

    public DebertaTraining(DebertaConfig config, AdapterConfig method)
    {
        using var generator = new Generator(WeightSeed);
        model = new DebertaForSequenceClassification(config, generator);
        var adapted = AdaptedModel.Attach(model, method, generator);
        adaLora = AdaLoraTraining.Of(adapted);
        parameters = new FlatParameters(adapted.NamedTrainableParameters());
        groups = [new FlatParameterGroup(parameters, LearningRate: 1e-4, WeightDecay: 0.01)];
        optimizer = new FlatAdamW(groups);
    }

    /// <summary>The number of trainable parameters, including the classifier's.</summary>
    public long TrainableCount => parameters.Count;

    /// <summary>A step on random rows of these lengths, padded to the longest; the loss.</summary>
    public double Step(IReadOnlyList<int> lengths)
    {
        using var scope = NewDisposeScope();
        var batch = PaddedBatch.Collate([.. lengths.Select(Row)], model.Config.PadTokenId);
        var (ids, mask) = batch.ToTensors(); // [B, T] each
        var labels = tensor(lengths.Select(_ => random.NextInt64(model.Config.NumLabels)).ToArray()); // [B]
        var logits = model.call(ids, batch.TokenCount == batch.BatchSize * batch.SequenceLength ? null : mask); // [B, labels]
        var loss = model.Loss(logits, labels); // []
        loss = adaLora?.Penalty() is { } penalty ? loss + penalty : loss;
        loss.backward();
        parameters.CollectGradients();
        GradientClipping.Clip(groups, GradientClipping.Norm(groups), MaxGradientNorm);
        optimizer.Step(1);
        return loss.item<float>();
    }

    public void Dispose()
    {
        adaLora?.Dispose();
        optimizer.Dispose();
        parameters.Dispose();
        model.Dispose();
    }

    private int[] Row(int length) => [.. Enumerable.Range(0, length).Select(_ => random.Next(FirstPiece, model.Config.VocabSize))];
}
