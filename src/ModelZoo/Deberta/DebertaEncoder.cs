using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Deberta;

/// <summary>The stack of layers, with one table of relative embeddings that all of them share.</summary>
public sealed class DebertaEncoder : nn.Module<Tensor, Tensor?, Tensor>
{
    [ComponentName(Name = "layer")]
    private readonly ModuleList<DebertaLayer> _layers;

    [ComponentName(Name = "rel_embeddings")]
    private readonly Embedding _relativeEmbeddings;

    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNorm _layerNorm;

    private readonly RelativePositions _positions;

    /// <param name="config">The sizes.</param>
    public DebertaEncoder(DebertaConfig config)
        : base(nameof(DebertaEncoder))
    {
        _layers = new ModuleList<DebertaLayer>([.. Enumerable.Range(0, config.NumHiddenLayers).Select(_ => new DebertaLayer(config))]);
        _relativeEmbeddings = nn.Embedding(2L * config.PositionBuckets, config.HiddenSize);
        _layerNorm = nn.LayerNorm(config.HiddenSize, config.LayerNormEps);
        _positions = new RelativePositions(config);
        RegisterComponents();
    }

    /// <param name="embeddings">[B, T, D].</param>
    /// <param name="attentionMask">[B, T], 1 for a token, 0 for padding; null where nothing is padded.</param>
    /// <returns>[B, T, D], the last layer's hidden states.</returns>
    public override Tensor forward(Tensor embeddings, Tensor? attentionMask)
    {
        using var scope = torch.NewDisposeScope();
        return HiddenStates(embeddings, attentionMask).Last().MoveToOuterDisposeScope(); // [B, T, D]
    }

    /// <summary>The embeddings, then the output of every layer, each computed as it is asked for.</summary>
    /// <inheritdoc cref="forward"/>
    /// <returns>One [B, T, D] more than there are layers; they belong to the caller's dispose scope.</returns>
    public IEnumerable<Tensor> HiddenStates(Tensor embeddings, Tensor? attentionMask)
    {
        var relative = Normalize(_positions.ForLength(embeddings.shape[1], embeddings.device));
        var padding = PaddingMask.Of(attentionMask, embeddings.dtype);
        yield return embeddings;
        var hidden = embeddings;
        foreach (var layer in _layers)
        {
            hidden = layer.forward(hidden, padding, relative); // [B, T, D]
            yield return hidden;
        }
    }

    /// <summary>The attention probabilities of one layer, before dropout.</summary>
    /// <param name="embeddings">[B, T, D].</param>
    /// <param name="attentionMask">[B, T], 1 for a token, 0 for padding; null where nothing is padded.</param>
    /// <param name="layer">The layer's index.</param>
    /// <returns>[B, H, T, T], query before key; rows of padding queries mean nothing.</returns>
    public Tensor AttentionProbabilities(Tensor embeddings, Tensor? attentionMask, int layer)
    {
        using var scope = torch.NewDisposeScope();
        var relative = Normalize(_positions.ForLength(embeddings.shape[1], embeddings.device));
        var input = HiddenStates(embeddings, attentionMask).ElementAt(layer); // [B, T, D]
        return _layers[layer].Attention.Self
            .AttentionProbabilities(input, PaddingMask.Of(attentionMask, embeddings.dtype), relative)
            .MoveToOuterDisposeScope(); // [B, H, T, T]
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _positions.Dispose();
        }

        base.Dispose(disposing);
    }

    private RelativeEmbeddings Normalize(RelativePositionRows rows)
    {
        using var scope = torch.NewDisposeScope();
        var reachable = _relativeEmbeddings.weight!.narrow(0, rows.First, rows.Count); // [R, D]
        return new RelativeEmbeddings(_layerNorm.forward(reachable).MoveToOuterDisposeScope(), rows); // [R, D]
    }
}
