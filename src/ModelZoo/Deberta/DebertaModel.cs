using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Deberta;

/// <summary>Embeddings and encoder: the part that pretraining gives.</summary>
public sealed class DebertaModel : nn.Module<Tensor, Tensor?, Tensor>
{
    [ComponentName(Name = "embeddings")]
    private readonly DebertaEmbeddings _embeddings;

    [ComponentName(Name = "encoder")]
    private readonly DebertaEncoder _encoder;

    /// <param name="config">The sizes.</param>
    public DebertaModel(DebertaConfig config)
        : base(nameof(DebertaModel))
    {
        _embeddings = new DebertaEmbeddings(config);
        _encoder = new DebertaEncoder(config);
        RegisterComponents();
    }

    /// <param name="inputIds">[B, T], int64.</param>
    /// <param name="attentionMask">[B, T], 1 for a token, 0 for padding; null where nothing is padded.</param>
    /// <returns>[B, T, D], the last layer's hidden states.</returns>
    public override Tensor forward(Tensor inputIds, Tensor? attentionMask)
    {
        using var embedded = _embeddings.forward(inputIds, attentionMask); // [B, T, D]
        return _encoder.forward(embedded, attentionMask); // [B, T, D]
    }

    /// <summary>The embeddings, then the output of every layer.</summary>
    /// <inheritdoc cref="forward"/>
    /// <returns>One [B, T, D] more than there are layers.</returns>
    public IReadOnlyList<Tensor> HiddenStates(Tensor inputIds, Tensor? attentionMask) =>
        [.. _encoder.HiddenStates(_embeddings.forward(inputIds, attentionMask), attentionMask)];

    /// <summary>The attention probabilities of one layer, before dropout.</summary>
    /// <param name="inputIds">[B, T], int64.</param>
    /// <param name="attentionMask">[B, T], 1 for a token, 0 for padding; null where nothing is padded.</param>
    /// <param name="layer">The layer's index.</param>
    /// <returns>[B, H, T, T], query before key; rows of padding queries mean nothing.</returns>
    public Tensor AttentionProbabilities(Tensor inputIds, Tensor? attentionMask, int layer)
    {
        using var embedded = _embeddings.forward(inputIds, attentionMask); // [B, T, D]
        return _encoder.AttentionProbabilities(embedded, attentionMask, layer); // [B, H, T, T]
    }
}
