using SpectralAdapters.Functions;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>
/// softmax(scale Q K^T + mask) V as one operation, a head of keys at a time with all query heads that share it, so that keys and values
/// are not repeated and scores stay in the cache from their products to their softmax. Without a mask, a block of queries meets no later
/// keys. The probabilities are kept for the backward.
/// </summary>
/// <remarks>
/// On the CPU in place of libtorch's fused kernel, whose exponential is good to some 2^-20 only: its logits leave the tolerance of
/// tests/fixtures/llama.
/// </remarks>
internal sealed class GroupedAttention : AdapterFunction<GroupedAttention>
{
    private const string OptionsKey = "options";

    // Queries that see the same keys, but for the mask on the diagonal.
    private const long BlockLength = 128;

    /// <summary>Applies the operation.</summary>
    /// <param name="query">Q, [B, T, H, d].</param>
    /// <param name="key">K, [B, S, K, d]; the queries are the last of its tokens.</param>
    /// <param name="value">V, [B, S, K, d].</param>
    /// <param name="options">The rest.</param>
    /// <returns>[B, T, H, d].</returns>
    public static Tensor Apply(Tensor query, Tensor key, Tensor value, GroupedAttentionOptions options) => Call(query, key, value, options);

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments)
    {
        var (query, key, value) = ((Tensor)arguments[0], (Tensor)arguments[1], (Tensor)arguments[2]);
        var options = (GroupedAttentionOptions)arguments[3];
        var output = empty(query.shape, query.dtype, query.device); // [B, T, H, d]
        var isKept = query.requires_grad || key.requires_grad || value.requires_grad;
        var kept = new List<Tensor>();
        foreach (var block in Blocks(query, key, options))
        {
            using var scope = NewDisposeScope();
            var scores = matmul(block.Queries(query).mul(options.Scale), block.Keys(key).transpose(-1, -2)); // [B, g t, s]
            var probabilities = Softmax(block.Masked(scores, options.Mask)); // [B, g t, s]
            block.Queries(output, matmul(probabilities, block.Keys(value)));
            if (isKept)
            {
                kept.Add(probabilities.MoveToOuterDisposeScope());
            }
        }

        context.save_data(OptionsKey, options);
        context.save_for_backward([query, key, value, .. kept.Select(tensor => tensor.MoveToOuterDisposeScope())]);
        return output;
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor?> Backward(autograd.AutogradContext context, Tensor gradient)
    {
        var saved = context.get_saved_variables();
        var options = (GroupedAttentionOptions)context.get_data(OptionsKey)!;
        var (query, key, value) = (saved[0], saved[1], saved[2]);
        using var noGrad = no_grad();
        var queryGradient = empty(query.shape, query.dtype, query.device); // [B, T, H, d]
        var keyGradient = zeros(key.shape, key.dtype, key.device); // [B, S, K, d]
        var valueGradient = zeros(value.shape, value.dtype, value.device); // [B, S, K, d]
        var stored = 3;
        foreach (var block in Blocks(query, key, options))
        {
            using var scope = NewDisposeScope();
            var probabilities = saved[stored++]; // [B, g t, s]
            var output = block.Queries(gradient); // [B, g t, d]
            block.Keys(valueGradient).add_(matmul(probabilities.transpose(-1, -2), output));
            var scores = matmul(output, block.Keys(value).transpose(-1, -2)).mul_(probabilities); // [B, g t, s]
            scores.addcmul_(probabilities, scores.sum(-1, keepdim: true), -1).mul_(options.Scale); // [B, g t, s]
            block.Queries(queryGradient, matmul(scores, block.Keys(key)));
            block.Keys(keyGradient).add_(matmul(scores.transpose(-1, -2), block.Queries(query)));
        }

        return [queryGradient, keyGradient, valueGradient, null];
    }

    private static IEnumerable<AttentionBlock> Blocks(Tensor query, Tensor key, GroupedAttentionOptions options)
    {
        var (length, keys) = (query.shape[1], key.shape[1]);
        var step = options.Mask is null ? BlockLength : length;
        for (var head = 0L; head < key.shape[2]; head++)
        {
            for (var first = 0L; first < length; first += step)
            {
                var count = Math.Min(step, length - first);
                yield return new AttentionBlock(
                    head, query.shape[2] / key.shape[2], first, count, options.Mask is null ? keys - length + first + count : keys);
            }
        }
    }

    private static Tensor Softmax(Tensor scores) => nn.functional.softmax(
        scores, -1, scores.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32).to_type(scores.dtype);
}
