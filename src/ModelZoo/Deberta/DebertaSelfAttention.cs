using SpectralAdapters;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Deberta;

/// <summary>
/// Disentangled attention (DeBERTa, section 3.1) with the position projections shared with the content's
/// (<c>share_att_key</c>):
/// score(i, j) = (q_i . k_j + q_i . K^r[r(i-j)] + k_j . Q^r[r(i-j)]) / sqrt(3 d).
/// </summary>
public sealed class DebertaSelfAttention : nn.Module<Tensor, PaddingMask?, RelativeEmbeddings, Tensor>
{
    // Content to content, content to position, position to content.
    private const int ScoreTerms = 3;

    private readonly int _heads;
    private readonly double _scale;

    [ComponentName(Name = "query_proj")]
    private readonly AdaptableLinear _queryProjection;

    [ComponentName(Name = "key_proj")]
    private readonly AdaptableLinear _keyProjection;

    [ComponentName(Name = "value_proj")]
    private readonly AdaptableLinear _valueProjection;

    [ComponentName(Name = "attentionDropout")]
    private readonly Dropout _attentionDropout;

    [ComponentName(Name = "positionDropout")]
    private readonly Dropout _positionDropout;

    /// <param name="config">The sizes.</param>
    public DebertaSelfAttention(DebertaConfig config)
        : base(nameof(DebertaSelfAttention))
    {
        _heads = config.NumAttentionHeads;
        _scale = 1 / Math.Sqrt(ScoreTerms * (double)config.HeadSize);
        _queryProjection = new AdaptableLinear(config.HiddenSize, config.HiddenSize);
        _keyProjection = new AdaptableLinear(config.HiddenSize, config.HiddenSize);
        _valueProjection = new AdaptableLinear(config.HiddenSize, config.HiddenSize);
        _attentionDropout = nn.Dropout(config.AttentionDropout);
        _positionDropout = nn.Dropout(config.HiddenDropout);
        RegisterComponents();
    }

    /// <param name="hidden">[B, T, D].</param>
    /// <param name="padding">Where the batch is padded; null where it is not.</param>
    /// <param name="relative">The relative embeddings.</param>
    /// <returns>[B, T, D]; zero at padding, as in the transformers 4.38 that the authors ran.</returns>
    public override Tensor forward(Tensor hidden, PaddingMask? padding, RelativeEmbeddings relative)
    {
        using var scope = torch.NewDisposeScope();
        var (query, key, relativeKey, relativeQuery) = Project(hidden, relative);
        var value = _valueProjection.forward(hidden);                      // [B, T, D]
        return DisentangledAttention.Apply(query, key, value, relativeKey, relativeQuery, Options(hidden, padding))
            .MoveToOuterDisposeScope(); // [B, T, D]
    }

    /// <summary>The attention probabilities before dropout, without a gradient. Rows of padding queries are zero.</summary>
    /// <inheritdoc cref="forward"/>
    /// <returns>[B, H, T, T], query before key.</returns>
    public Tensor AttentionProbabilities(Tensor hidden, PaddingMask? padding, RelativeEmbeddings relative)
    {
        using var scope = torch.NewDisposeScope();
        var (query, key, relativeKey, relativeQuery) = Project(hidden, relative);
        return DisentangledAttention.Probabilities(query, key, relativeKey, relativeQuery, Options(hidden, padding))
            .transpose(0, 1).MoveToOuterDisposeScope(); // [B, H, T, T]
    }

    private (Tensor Query, Tensor Key, Tensor RelativeKey, Tensor RelativeQuery) Project(Tensor hidden, RelativeEmbeddings relative)
    {
        var positions = _positionDropout.forward(relative.Values);                         // [R, D]
        var query = _queryProjection.forward(hidden);                                      // [B, T, D]
        var key = _keyProjection.forward(hidden);                                          // [B, T, D]
        var relativeKey = _keyProjection.forward(positions).index_select(0, relative.Rows.Descending);      // [2T, D]
        var relativeQuery = _queryProjection.forward(positions).index_select(0, relative.Rows.Ascending);   // [2T, D]
        return (query, key, relativeKey, relativeQuery);
    }

    // On the CPU head by head, so that a head's scores stay in the cache from their products to their softmax; elsewhere all at once.
    private DisentangledAttentionOptions Options(Tensor hidden, PaddingMask? padding) => new(
        _heads, hidden.device_type == DeviceType.CPU ? 1 : _heads, _scale, training ? _attentionDropout.p : 0, padding);
}
