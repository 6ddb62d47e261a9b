using SpectralAdapters;
using Training.Optimization;
using static TorchSharp.torch;

namespace Bench.Torch;

/// <summary>Training steps of the toy transformer on random tokens.</summary>
internal sealed class ToyTraining : IDisposable
{
    private const int Batch = 16;

    private readonly ToyTransformer model = new();
    private readonly FlatParameters parameters;
    private readonly FlatAdamW optimizer;
    private readonly Generator generator = new(1);

    public ToyTraining()
    {
        parameters = new FlatParameters(model.named_parameters());
        optimizer = new FlatAdamW([new FlatParameterGroup(parameters, LearningRate: 1e-3, WeightDecay: 0.01)]);
    }

    public void Step()
    {
        using var scope = NewDisposeScope();
        var ids = randint(0, ToyTransformer.Vocabulary, new long[] { Batch, ToyTransformer.Length }, generator: generator); // [B, T]
        var logits = model.call(ids); // [B, T, V]
        var loss = nn.functional.cross_entropy(logits.view(-1, ToyTransformer.Vocabulary), ids.view(-1));
        loss.backward();
        parameters.CollectGradients();
        optimizer.Step(1);
    }

    public void Dispose()
    {
        optimizer.Dispose();
        parameters.Dispose();
        model.Dispose();
        generator.Dispose();
    }
}
