using SpectralAdapters.Functions;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelZoo.Deberta;

/// <summary>
/// softmax(scale (q_i . k_j + q_i . K^r[i-j] + k_j . Q^r[i-j])) V as one operation. Autograd's own graph would keep copies of
/// queries, keys and values by head, and build the gradients of the position products in buffers of zeros; this keeps its
/// arguments and the probabilities.
/// </summary>
internal sealed class DisentangledAttention : AdapterFunction<DisentangledAttention>
{
    private const int TensorCount = 5;
    private const string OptionsKey = "options";
    private const string NeedsKey = "which arguments need a gradient";

    /// <summary>Applies the operation.</summary>
    /// <param name="query">q, [B, T, D], contiguous.</param>
    /// <param name="key">k, [B, T, D], contiguous.</param>
    /// <param name="value">V, [B, T, D], contiguous.</param>
    /// <param name="relativeKey">K^r, [2T, D], for the distances T-1 ... -(T-1) and one that is not read, contiguous.</param>
    /// <param name="relativeQuery">Q^r, [2T, D], for the distances -(T-1) ... T-1 and one that is not read, contiguous.</param>
    /// <param name="options">The rest.</param>
    /// <returns>[B, T, D]; zero at padding.</returns>
    public static Tensor Apply(
        Tensor query, Tensor key, Tensor value, Tensor relativeKey, Tensor relativeQuery, DisentangledAttentionOptions options) =>
        Call(query, key, value, relativeKey, relativeQuery, options);

    /// <summary>The probabilities before dropout, without a graph.</summary>
    /// <inheritdoc cref="Apply"/>
    /// <returns>[H, B, T, T], query before key.</returns>
    public static Tensor Probabilities(
        Tensor query, Tensor key, Tensor relativeKey, Tensor relativeQuery, DisentangledAttentionOptions options)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var heads = new HeadLayout(query.shape, options.Heads, options.Heads);
        return Softmax(heads, 0, query, key, relativeKey, relativeQuery, options).MoveToOuterDisposeScope(); // [H, B, T, T]
    }

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments)
    {
        Tensor[] tensors = [.. arguments.Take(TensorCount).Cast<Tensor>()];
        var (query, key, value, relativeKey, relativeQuery) = (tensors[0], tensors[1], tensors[2], tensors[3], tensors[4]);
        var options = (DisentangledAttentionOptions)arguments[TensorCount];
        var heads = new HeadLayout(query.shape, options.Heads, options.Group);
        var output = empty_like(query); // [B, T, D]
        var kept = new List<Tensor>();
        for (var head = 0; head < options.Heads; head += heads.Group)
        {
            using var scope = NewDisposeScope();
            var probabilities = Softmax(heads, head, query, key, relativeKey, relativeQuery, options); // [h, B, T, T]
            kept.Add(probabilities.MoveToOuterDisposeScope());
            if (options.Dropout > 0)
            {
                probabilities = nn.functional.dropout(probabilities, options.Dropout); // [h, B, T, T]
                kept.Add(probabilities.MoveToOuterDisposeScope());
            }

            heads.Of(output, head).copy_(matmul(probabilities, heads.Of(value, head))); // [h, B, T, d]
        }

        context.save_data(OptionsKey, options);
        context.save_data(NeedsKey, tensors.Select(tensor => tensor.requires_grad).ToArray());
        context.save_for_backward([.. tensors, .. kept.Select(tensor => tensor.MoveToOuterDisposeScope())]);
        return output;
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor?> Backward(autograd.AutogradContext context, Tensor gradient)
    {
        var saved = context.get_saved_variables();
        var options = (DisentangledAttentionOptions)context.get_data(OptionsKey)!;
        var needs = (bool[])context.get_data(NeedsKey)!;
        var (query, key, value, relativeKey, relativeQuery) = (saved[0], saved[1], saved[2], saved[3], saved[4]);
        using var noGrad = no_grad();
        var heads = new HeadLayout(query.shape, options.Heads, options.Group);
        gradient = gradient.contiguous(); // [B, T, D]
        Tensor?[] gradients = [.. saved.Take(TensorCount).Zip(needs, (tensor, isNeeded) => isNeeded ? empty_like(tensor) : null), null];
        // Zero beside the band of the pairs, which every head overwrites.
        var products = zeros([heads.Group, heads.Rows, heads.Distances], query.dtype, query.device); // [h, B T, 2T]
        var pairs = heads.Pairs(products); // [h, B, T, T]
        var stored = TensorCount;
        for (var head = 0; head < options.Heads; head += heads.Group)
        {
            using var scope = NewDisposeScope();
            var probabilities = saved[stored++]; // [h, B, T, T]
            var dropped = options.Dropout > 0 ? saved[stored++] : probabilities; // [h, B, T, T]
            var output = heads.Of(gradient, head); // [h, B, T, d]
            if (gradients[2] is { } valueGradient)
            {
                heads.Of(valueGradient, head).copy_(matmul(dropped.transpose(-1, -2), output)); // [h, B, T, d]
            }

            // The softmax's: p (g - sum_j p g), where the dropout's part in g is that of dropped in p.
            var scores = matmul(output, heads.Of(value, head).transpose(-1, -2)).mul_(dropped); // [h, B, T, T]
            scores.addcmul_(probabilities, scores.sum(-1, keepdim: true), -1).mul_(options.Scale); // [h, B, T, T], query before key
            var (headQuery, headKey) = (heads.Of(query, head), heads.Of(key, head)); // [h, B, T, d] each
            Side(0, 3, headQuery, headKey, relativeKey, scores);
            Side(1, 4, headKey, headQuery, relativeQuery, scores.transpose(-1, -2));

            // The gradients of one side's tokens and of the relative rows that they are multiplied with, from that of the scores by pairs,
            // this side's token first.
            void Side(int tokenIndex, int relativeIndex, Tensor own, Tensor other, Tensor relative, Tensor scoreGradient)
            {
                pairs.copy_(scoreGradient);
                if (gradients[tokenIndex] is { } tokens)
                {
                    var content = matmul(scoreGradient, other); // [h, B, T, d]
                    var position = matmul(products, heads.Relative(relative, head)); // [h, B T, d]
                    heads.Of(tokens, head).copy_(content.add_(position.view(content.shape)));
                }

                if (gradients[relativeIndex] is { } rows)
                {
                    heads.Relative(rows, head).copy_(matmul(
                        products.transpose(-1, -2), own.reshape(heads.Group, heads.Rows, heads.HeadSize))); // [h, 2T, d]
                }
            }
        }

        return gradients;
    }

    private static Tensor Softmax(
        HeadLayout heads, int head, Tensor query, Tensor key, Tensor relativeKey, Tensor relativeQuery,
        DisentangledAttentionOptions options)
    {
        var scaledQuery = heads.Of(query, head).mul(options.Scale); // [h, B, T, d]
        var headKey = heads.Of(key, head); // [h, B, T, d]
        var contentToPosition = heads.Products(scaledQuery, heads.Relative(relativeKey, head)); // [h, B, T, T], query before key
        var positionToContent = heads.Products(headKey, heads.Relative(relativeQuery, head).mul(options.Scale)); // key before query
        var scores = matmul(scaledQuery, headKey.transpose(-1, -2))
            .add_(contentToPosition)
            .add_(positionToContent.transpose(-1, -2)); // [h, B, T, T]
        if (options.Padding is { } padding)
        {
            scores.add_(padding.Keys); // [h, B, T, T]
        }

        var probabilities = nn.functional.softmax(scores, -1); // [h, B, T, T]
        return options.Padding is null ? probabilities : probabilities.mul_(options.Padding.Queries);
    }
}
