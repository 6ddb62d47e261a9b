using SpectralAdapters;
using Training.Optimization;
using static TorchSharp.torch;

namespace Bench.Torch;

/// <summary>Training steps of the toy transformer on random tokens.</summary>
internal sealed class ToyTraining : IDisposable
{
    private const int Batch = 16;

    private readonly ToyTransformer _model = new();
    private readonly FlatParameters _parameters;
    private readonly FlatAdamW _optimizer;
    private readonly Generator _generator = new(1);

    public ToyTraining()
    {
        _parameters = new FlatParameters(_model.named_parameters());
        _optimizer = new FlatAdamW([new FlatParameterGroup(_parameters, LearningRate: 1e-3, WeightDecay: 0.01)]);
    }

    public void Step()
    {
        using var scope = NewDisposeScope();
        var ids = randint(0, ToyTransformer.Vocabulary, new long[] { Batch, ToyTransformer.Length }, generator: _generator); // [B, T]
        var logits = _model.call(ids); // [B, T, V]
        var loss = nn.functional.cross_entropy(logits.view(-1, ToyTransformer.Vocabulary), ids.view(-1));
        loss.backward();
        _parameters.CollectGradients();
        _optimizer.Step(1);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _parameters.Dispose();
        _model.Dispose();
        _generator.Dispose();
    }
}
