using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Bert;

/// <summary>Embeddings, encoder and, where the head is <see cref="BertHead.Pooler"/>, the pooler.</summary>
public sealed class BertModel : nn.Module<Tensor, Tensor?, Tensor?, Tensor>
{
    [ComponentName(Name = "embeddings")]
    private readonly BertEmbeddings _embeddings;

    [ComponentName(Name = "encoder")]
    private readonly BertEncoder _encoder;

    [ComponentName(Name = "pooler")]
    private readonly BertPooler? _pooler;

    /// <param name="config">The sizes.</param>
    public BertModel(BertConfig config)
        : base(nameof(BertModel))
    {
        _embeddings = new BertEmbeddings(config);
        _encoder = new BertEncoder(config);
        _pooler = config.Head == BertHead.Pooler ? new BertPooler(config) : null;
        RegisterComponents();
    }

    /// <param name="inputIds">[B, T], int64.</param>
    /// <param name="tokenTypeIds">[B, T], int64; null where all are 0.</param>
    /// <param name="attentionMask">
    /// [B, T], 1 for a token, 0 for padding, at least one token in a sequence; null where nothing is padded (faster).
    /// </param>
    /// <returns>[B, T, D], the last layer's hidden states. Positions of padding mean nothing.</returns>
    public override Tensor forward(Tensor inputIds, Tensor? tokenTypeIds, Tensor? attentionMask)
    {
        using var scope = torch.NewDisposeScope();
        var embedded = _embeddings.forward(inputIds, tokenTypeIds); // [B, T, D]
        var additiveMask = attentionMask is null ? null : AdditiveMask(attentionMask, embedded.dtype); // [B, 1, 1, T]
        return _encoder.forward(embedded, additiveMask).MoveToOuterDisposeScope(); // [B, T, D]
    }

    /// <summary>The pooler's output.</summary>
    /// <param name="hidden">[B, T, D], the last layer's hidden states.</param>
    /// <returns>[B, D].</returns>
    /// <exception cref="InvalidOperationException">The model was made without a pooler.</exception>
    public Tensor PooledOutput(Tensor hidden) =>
        (_pooler ?? throw new InvalidOperationException($"The model has no pooler, as its head is {BertHead.MeanPooling}."))
        .forward(hidden); // [B, D]

    /// <summary>The mean of the hidden states over the tokens: the sentence embedding of sentence-transformers, not normalised.</summary>
    /// <param name="hidden">[B, T, D], the last layer's hidden states.</param>
    /// <param name="attentionMask">[B, T], 1 for a token, 0 for padding; null where nothing is padded.</param>
    /// <returns>[B, D].</returns>
    public static Tensor MeanPooling(Tensor hidden, Tensor? attentionMask)
    {
        if (attentionMask is null)
        {
            return hidden.mean([1]); // [B, D]
        }

        using var scope = torch.NewDisposeScope();
        var weights = attentionMask.to_type(hidden.dtype).unsqueeze(1);                // [B, 1, T]
        weights = weights.div(weights.sum(2, keepdim: true));                          // [B, 1, T]
        return torch.matmul(weights, hidden).squeeze(1).MoveToOuterDisposeScope();     // [B, D]
    }

    private static Tensor AdditiveMask(Tensor attentionMask, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        return torch.zeros(attentionMask.shape, dtype, attentionMask.device)
            .masked_fill_(attentionMask.eq(0), double.NegativeInfinity)
            .unsqueeze(1).unsqueeze(1).MoveToOuterDisposeScope(); // [B, 1, 1, T]
    }
}
