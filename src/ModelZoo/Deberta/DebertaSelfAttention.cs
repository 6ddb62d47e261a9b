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
/// <remarks>
/// Composed of products and a softmax: scaled_dot_product_attention would take the position scores as a mask that needs a gradient,
/// and with one it is no faster on the CPU at 8 x 128 tokens, the paper's batch.
/// </remarks>
public sealed class DebertaSelfAttention : nn.Module<Tensor, Tensor?, RelativeEmbeddings, Tensor>
{
    // Content to content, content to position, position to content.
    private const int ScoreTerms = 3;

    private readonly int _heads;
    private readonly int _headSize;
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
        _headSize = config.HeadSize;
        _scale = 1 / Math.Sqrt(ScoreTerms * (double)_headSize);
        _queryProjection = new AdaptableLinear(config.HiddenSize, config.HiddenSize);
        _keyProjection = new AdaptableLinear(config.HiddenSize, config.HiddenSize);
        _valueProjection = new AdaptableLinear(config.HiddenSize, config.HiddenSize);
        _attentionDropout = nn.Dropout(config.AttentionDropout);
        _positionDropout = nn.Dropout(config.HiddenDropout);
        RegisterComponents();
    }

    /// <param name="hidden">[B, T, D].</param>
    /// <param name="attentionMask">[B, T], 1 for a token, 0 for padding; null where nothing is padded.</param>
    /// <param name="relative">The relative embeddings.</param>
    /// <returns>[B, T, D]; zero at padding, as in the transformers 4.38 that the authors ran.</returns>
    public override Tensor forward(Tensor hidden, Tensor? attentionMask, RelativeEmbeddings relative)
    {
        using var scope = torch.NewDisposeScope();
        var probabilities = Softmax(hidden, attentionMask, relative);  // [H, B, T, T]
        var value = Heads(_valueProjection.forward(hidden));                            // [H, B, T, d]
        var context = torch.matmul(_attentionDropout.forward(probabilities), value);    // [H, B, T, d]
        context = context.permute(1, 2, 0, 3).reshape(hidden.shape);                   // [B, T, D]
        if (attentionMask is not null)
        {
            context = context.mul(attentionMask.unsqueeze(2).to_type(context.dtype));  // [B, T, D]
        }

        return context.MoveToOuterDisposeScope();
    }

    /// <summary>The attention probabilities before dropout. Rows of padding queries mean nothing.</summary>
    /// <inheritdoc cref="forward"/>
    /// <returns>[B, H, T, T], query before key.</returns>
    public Tensor AttentionProbabilities(Tensor hidden, Tensor? attentionMask, RelativeEmbeddings relative)
    {
        using var scope = torch.NewDisposeScope();
        return Softmax(hidden, attentionMask, relative).transpose(0, 1).MoveToOuterDisposeScope(); // [B, H, T, T]
    }

    private Tensor Softmax(Tensor hidden, Tensor? attentionMask, RelativeEmbeddings relative)
    {
        var (batch, length) = (hidden.shape[0], hidden.shape[1]);
        var positions = _positionDropout.forward(relative.Values);                      // [R, D]
        var query = Heads(_queryProjection.forward(hidden)).mul(_scale);                 // [H, B, T, d]
        var key = Heads(_keyProjection.forward(hidden));                                // [H, B, T, d]
        var relativeKey = Distances(_keyProjection.forward(positions), relative.Rows.Descending);                // [H, d, 2T - 1]
        var relativeQuery = Distances(_queryProjection.forward(positions), relative.Rows.Ascending).mul(_scale);  // [H, d, 2T - 1]

        var contentToPosition = DistanceToIndex(query, relativeKey);                   // [H, B, T, T], query before key
        var positionToContent = DistanceToIndex(key, relativeQuery);                   // [H, B, T, T], key before query
        var scores = torch.matmul(query, key.transpose(-1, -2))
            .add_(contentToPosition)
            .add_(positionToContent.transpose(-1, -2));                                // [H, B, T, T]
        if (attentionMask is not null)
        {
            var padding = attentionMask.eq(0).view(1, batch, 1, length);               // [1, B, 1, T]
            scores.masked_fill_(padding, double.NegativeInfinity);                      // [H, B, T, T]
        }

        return nn.functional.softmax(scores, -1);                                                  // [H, B, T, T]
    }

    private Tensor Heads(Tensor projected) =>
        projected.view(projected.shape[0], projected.shape[1], _heads, _headSize).permute(2, 0, 1, 3).contiguous(); // [H, B, T, d]

    private Tensor Distances(Tensor projected, Tensor index) =>
        projected.index_select(0, index).view(-1, _heads, _headSize).permute(1, 2, 0); // [H, d, 2T - 1]

    // The products are computed once per distance, 2T - 1 columns. The distance of a pair depends on i - j alone, so row i of
    // the pairs is row i of the products from column T - 1 - i on: a view with a shorter row stride, where a gather would
    // copy with an index per element and its gradient would scatter.
    private static Tensor DistanceToIndex(Tensor content, Tensor positions)
    {
        var (heads, batch, length, headSize) = (content.shape[0], content.shape[1], content.shape[2], content.shape[3]);
        var width = (2 * length) - 1;
        var products = torch.matmul(content.view(heads, batch * length, headSize), positions); // [H, B T, 2T - 1]
        return products.as_strided(
            [heads, batch, length, length],
            [batch * length * width, length * width, width - 1, 1],
            length - 1); // [H, B, T, T]
    }
}
