using Bench.Layers;
using ModelZoo.Decoder;
using SpectralAdapters;
using Training.Optimization;
using static TorchSharp.torch;

namespace Bench.Decoders;

/// <summary>
/// Training steps of one method on random weights of a decoder's true size and random tokens, as the experiments take them: forward, loss
/// of
/// every next token, backward, clipping, AdamW.
/// </summary>
internal sealed class DecoderTraining : IDisposable
{
    private const int WeightSeed = 0;
    private const int TokenSeed = 1;
    private const double MaxGradientNorm = 1;

    private readonly Generator _tokens = new(TokenSeed);
    private readonly DecoderForCausalLm _model;
    private readonly FlatParameters _parameters;
    private readonly FlatParameterGroup[] _groups;
    private readonly FlatAdamW _optimizer;

    /// <param name="config">The sizes.</param>
    /// <param name="method">The method.</param>
    /// <param name="type">The element type of the base's weights.</param>
    /// <param name="recompute">Whether activations are computed again in the backward.</param>
    public DecoderTraining(DecoderConfig config, AdapterConfig method, ScalarType type, bool recompute)
    {
        using var generator = new Generator(WeightSeed);
        _model = DecoderWeights.Random(config, type, generator);
        _model.Model.Recompute = recompute;
        var adapted = AdaptedModel.Attach(_model, method, generator, new RandomFactorSource(generator));
        _parameters = new FlatParameters(adapted.NamedTrainableParameters());
        _groups = [new FlatParameterGroup(_parameters, LearningRate: 1e-4, WeightDecay: 0.01)];
        _optimizer = new FlatAdamW(_groups);
    }

    /// <summary>The number of trainable parameters.</summary>
    public long TrainableCount => _parameters.Count;

    /// <summary>A step on random tokens; the loss.</summary>
    /// <param name="batch">B, the number of sequences.</param>
    /// <param name="length">T, the tokens of each.</param>
    public double Step(int batch, int length)
    {
        using var scope = NewDisposeScope();
        var ids = randint(_model.Config.VocabSize, [batch, length], dtype: ScalarType.Int64, generator: _tokens); // [B, T]
        var loss = _model.Loss(ids, null, ids); // []
        loss.backward();
        _parameters.CollectGradients();
        GradientClipping.Clip(_groups, GradientClipping.Norm(_groups), MaxGradientNorm);
        _optimizer.Step(1);
        return loss.item<float>();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _parameters.Dispose();
        _model.Dispose();
        _tokens.Dispose();
    }
}
